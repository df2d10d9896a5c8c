#include "common/verdict/state_order.h"

#include <algorithm>
#include <iterator>

namespace muster::verdict {
namespace {

constexpr v1::Verdict::State kWorstFirst[] = {v1::Verdict::AFFECTED,    v1::Verdict::AT_RISK,
                                              v1::Verdict::REMEDIATING, v1::Verdict::UNKNOWN,
                                              v1::Verdict::FIXED,       v1::Verdict::CLEAN};

auto PlaceOf(v1::Verdict::State state) {
  return std::find(std::begin(kWorstFirst), std::end(kWorstFirst), state);
}

}  // namespace

bool IsWorse(v1::Verdict::State a, v1::Verdict::State b) { return PlaceOf(a) < PlaceOf(b); }

}  // namespace muster::verdict
