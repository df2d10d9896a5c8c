#include "agent/main/orders.h"

#include <spdlog/spdlog.h>

#include <utility>
#include <vector>

#include "absl/time/clock.h"

namespace muster::agent {

absl::StatusOr<std::unique_ptr<Orders>> Orders::Open(const AgentState& state, const Digest& machine,
                                                     OrderHandsDeps hands) {
  auto keys = remedy::PinnedKeys::Load(state.operator_keys());
  if (!keys.ok()) return keys.status();
  std::unique_ptr<Orders> orders(new Orders(state, std::move(hands)));
  orders->keys_ = *std::move(keys);
  auto desk = remedy::Desk::Open({}, machine, orders->journal_, orders->hands_, orders->keys_,
                                 [] { return absl::Now(); });
  if (!desk.ok()) return desk.status();
  orders->desk_ = *std::move(desk);
  return orders;
}

void Orders::OnKeySets(const v1::KeySetChanges& changes) {
  const std::vector<v1::SignedKeySet> sets(changes.key_sets().begin(), changes.key_sets().end());
  if (absl::Status followed = keys_.Follow(sets); !followed.ok()) {
    spdlog::error("a change of the operator keys is not obeyed: {}", followed.ToString());
  } else {
    spdlog::info("operator keys: set {} is pinned", keys_.serial());
  }
}

}  // namespace muster::agent
