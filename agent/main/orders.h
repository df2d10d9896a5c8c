// The agent's part in campaigns: the desk, the keys that it obeys, and the link that speaks for it.
#ifndef MUSTER_AGENT_MAIN_ORDERS_H_
#define MUSTER_AGENT_MAIN_ORDERS_H_

#include <memory>

#include "absl/status/statusor.h"
#include "agent/main/agent_state.h"
#include "agent/main/order_hands.h"
#include "agent/remedy/desk.h"
#include "agent/remedy/journal.h"
#include "agent/remedy/pinned_keys.h"
#include "agent/sync/link.h"

namespace muster::agent {

// On the loop's thread, once made. Lives as long as the process.
class Orders : public sync::OrderHandler {
 public:
  // Errors: a journal or pinned keys that cannot be read. The agent then takes no orders, and goes
  // on looking.
  static absl::StatusOr<std::unique_ptr<Orders>> Open(const AgentState& state,
                                                      const Digest& machine, OrderHandsDeps hands);

  // Goes on with what was under way.
  void Start() { desk_->Start(); }
  // What a scan saw that was asked for is committed at the server.
  void OnScanned() { desk_->OnScanned(); }

  uint64_t KeySetSerial() const override { return keys_.serial(); }
  void OnConnected() override { desk_->OnConnected(); }
  void OnKeySets(const v1::KeySetChanges& changes) override;
  void OnOrder(const v1::Order& order) override { desk_->OnOrder(order); }
  void OnOrderAck(const v1::OrderAck& ack) override { desk_->OnAck(ack); }
  void OnWithdrawal(const v1::OrderWithdrawal& withdrawal) override {
    desk_->OnWithdrawal(withdrawal);
  }

 private:
  Orders(const AgentState& state, OrderHandsDeps hands)
      : journal_(state.order_journal()), hands_(std::move(hands)) {}

  remedy::JournalFile journal_;
  remedy::PinnedKeys keys_;
  OrderHands hands_;
  std::unique_ptr<remedy::Desk> desk_;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_ORDERS_H_
