// An agent's link to its server: connects, says what it has, sends what the server lacks, and
// starts over when anything breaks. What it does in which state: docs/formats/session.md.
#ifndef MUSTER_AGENT_SYNC_LINK_H_
#define MUSTER_AGENT_SYNC_LINK_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/sync/acknowledgements.h"
#include "agent/sync/event_loop.h"
#include "agent/sync/snapshot.h"
#include "common/backoff.h"
#include "muster/v1/gateway.pb.h"

namespace muster::sync {

// One call of AgentGateway.Session. Used on the loop's thread; its handlers are called there.
class Stream {
 public:
  virtual ~Stream() = default;  // ends the call; no handler is called after it
  virtual void Send(v1::AgentMessage message) = 0;
};

struct StreamHandlers {
  std::function<void()> on_open;  // the server has taken the call
  std::function<void(const v1::ServerMessage&)> on_message;
  std::function<void(const absl::Status&)> on_closed;  // once; nothing comes after it
};

// Opens a stream on a new connection.
using OpenStream = std::function<std::unique_ptr<Stream>(StreamHandlers handlers)>;

struct LinkOptions {
  std::string agent_version;
  BackoffOptions backoff = {};
  // How often the logs are looked at.
  absl::Duration incident_interval = absl::Seconds(60);
};

// Takes what the server says of orders. Called on the loop's thread.
class OrderHandler {
 public:
  virtual ~OrderHandler() = default;
  // Of the operator keys that are pinned; 0: none.
  virtual uint64_t KeySetSerial() const = 0;
  // The server knows this agent: what was said of orders before may be lost.
  virtual void OnConnected() = 0;
  virtual void OnKeySets(const v1::KeySetChanges& changes) = 0;
  virtual void OnOrder(const v1::Order& order) = 0;
  virtual void OnOrderAck(const v1::OrderAck& ack) = 0;
  virtual void OnWithdrawal(const v1::OrderWithdrawal& withdrawal) = 0;
};

// What a caller may want to know. Called on the loop's thread.
struct LinkObserver {
  std::function<void()> on_welcome = [] {};
  // Everything in the snapshot, and every record that the logs had, is durable at the server.
  std::function<void()> on_in_sync = [] {};
  std::function<void(const absl::Status& reason, absl::Duration retry_in)> on_disconnect =
      [](const absl::Status&, absl::Duration) {};
};

// All methods on the loop's thread. The scheduler, the acknowledgements and the source outlive it.
class Link {
 public:
  enum class State {
    kStopped,     // not started
    kWaiting,     // until the backoff is over
    kConnecting,  // until the server takes the call
    kGreeting,    // Hello is sent, Welcome has not come
    kStreaming,
  };

  Link(LinkOptions options, const Digest& machine, uint64_t seed, Scheduler& scheduler,
       OpenStream open, Acknowledgements& acknowledgements, IncidentSource& incidents,
       LinkObserver observer);
  ~Link();

  // `snapshot` must be set.
  void Start();
  void SetSnapshot(std::shared_ptr<const Snapshot> snapshot);
  // Looks at the logs now, not only when the interval is over.
  void OnLogsChanged();
  // Who takes orders; must outlive it. Before Start. Without one, orders are left unanswered.
  void SetOrderHandler(OrderHandler* orders) { orders_ = orders; }
  // Sent where a connection is there; dropped otherwise.
  void SendOrderReport(const v1::OrderReport& report);
  State state() const { return state_; }

 private:
  void Connect();
  void OnOpen();
  void OnMessage(const v1::ServerMessage& message);
  void OnWelcome(const v1::Welcome& welcome);
  void OnSetAnswer(const v1::SetAnswer& answer);
  void OnNeedItems(const v1::NeedItems& need);
  void OnIncidentAck(const v1::IncidentAck& ack);
  void OnRetryLater(const v1::RetryLater& retry);
  void OnClosed(const absl::Status& status);

  v1::Inventory DescribeInventory();
  void SendHello();
  void SendInventory();
  void SendSetChange(v1::SetKind kind, const ItemSet& set, bool against_base);
  void Acknowledge(v1::SetKind kind, const ItemSet& set);
  // The snapshot's set of this kind, where its digest is this one.
  const ItemSet* Named(v1::SetKind kind, const std::string& digest) const;
  void PumpIncidents();
  void ReportIfInSync();
  void Arm(Scheduler::TimerId& timer, absl::Duration delay, void (Link::*action)());
  void Disarm(Scheduler::TimerId& timer);
  void Beat();
  void Resend();
  void LookAtLogs();

  const LinkOptions options_;
  Scheduler& scheduler_;
  const OpenStream open_;
  Acknowledgements& acknowledgements_;
  IncidentSource& incidents_;
  const LinkObserver observer_;
  Backoff backoff_;
  OrderHandler* orders_ = nullptr;

  State state_ = State::kStopped;
  std::shared_ptr<const Snapshot> snapshot_;
  std::shared_ptr<const Snapshot> described_;  // what the server was told of last
  std::unique_ptr<Stream> stream_;
  std::set<v1::SetKind> open_kinds_;  // not yet acknowledged in this session
  std::string batch_in_flight_;       // the log whose batch awaits its acknowledgement; empty: none
  bool logs_exhausted_ = false;
  absl::Duration heartbeat_interval_;
  Scheduler::TimerId connect_timer_ = 0;
  Scheduler::TimerId heartbeat_timer_ = 0;
  Scheduler::TimerId resend_timer_ = 0;
  Scheduler::TimerId logs_timer_ = 0;
};

}  // namespace muster::sync

#endif  // MUSTER_AGENT_SYNC_LINK_H_
