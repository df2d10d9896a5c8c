#include "server/inventory/verdict_history.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "common/proto_time.h"

namespace muster::inventory {
namespace {

using State = v1::Verdict;

// As verdict_rank in the schema orders them.
constexpr State::State kWorstFirst[] = {State::AFFECTED, State::AT_RISK, State::REMEDIATING,
                                        State::UNKNOWN,  State::FIXED,   State::CLEAN};
constexpr int kNone = static_cast<int>(std::size(kWorstFirst));

int RankOf(State::State state) {
  const auto* found = std::find(std::begin(kWorstFirst), std::end(kWorstFirst), state);
  return static_cast<int>((found == std::end(kWorstFirst) ? kWorstFirst + 3 : found) - kWorstFirst);
}

}  // namespace

std::vector<absl::Time> Instants(absl::Time start, absl::Time end, int points) {
  std::vector<absl::Time> instants;
  for (int i = 0; i < points - 1; ++i) instants.push_back(start + (end - start) * i / (points - 1));
  instants.push_back(end);
  return instants;
}

VerdictHistory::VerdictHistory(std::vector<absl::Time> instants)
    : instants_(std::move(instants)),
      worst_(instants_.size(), kNone),
      counts_(instants_.size(), std::vector<int64_t>(std::size(kWorstFirst))) {}

void VerdictHistory::Count() {
  for (size_t i = 0; i < instants_.size(); ++i) {
    if (worst_[i] != kNone) ++counts_[i][static_cast<size_t>(worst_[i])];
    worst_[i] = kNone;
  }
}

void VerdictHistory::Add(const VerdictSpan& span) {
  if (span.machine != machine_) {
    Count();
    machine_ = std::string(span.machine);
  }
  const int rank = RankOf(span.state);
  const auto first = std::lower_bound(instants_.begin(), instants_.end(), span.from);
  for (auto it = first; it != instants_.end() && *it < span.to; ++it) {
    const bool broken = span.state == State::AT_RISK && span.breaks_at && *span.breaks_at <= *it;
    int& worst = worst_[static_cast<size_t>(it - instants_.begin())];
    worst = std::min(worst, broken ? 0 : rank);
  }
}

v1::ListVerdictHistoryResponse VerdictHistory::Finish() {
  Count();
  v1::ListVerdictHistoryResponse response;
  for (size_t i = 0; i < instants_.size(); ++i) {
    auto& point = *response.add_points();
    *point.mutable_time() = ToProto(instants_[i]);
    point.set_affected(counts_[i][0]);
    point.set_at_risk(counts_[i][1]);
    point.set_remediating(counts_[i][2]);
    point.set_unknown(counts_[i][3]);
    point.set_fixed(counts_[i][4]);
    point.set_clean(counts_[i][5]);
  }
  return response;
}

}  // namespace muster::inventory
