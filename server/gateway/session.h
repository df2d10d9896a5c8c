// One machine's session on the server: reads a message, has it applied, answers, reads the next.
#ifndef MUSTER_SERVER_GATEWAY_SESSION_H_
#define MUSTER_SERVER_GATEWAY_SESSION_H_

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "server/campaign/dispatcher.h"
#include "server/campaign/report_queue.h"
#include "server/inventory/ingest.h"

namespace muster::gateway {

inline constexpr uint32_t kProtocolVersion = 1;

struct SessionOptions {
  absl::Duration heartbeat_interval = absl::Minutes(5);
  // What an agent is told to wait when the server is too busy or its database away.
  absl::Duration retry_delay = absl::Seconds(5);
};

// What a session hands its messages to.
struct SessionDeps {
  inventory::Ingest& ingest;
  campaign::Dispatcher& dispatcher;
  campaign::ReportQueue& reports;
};

// Lives until gRPC is done with it and no work of its own is under way. Reactions come from gRPC's
// threads and from writer threads; none blocks. At most one message of a session is being applied
// at a time: that is the back-pressure.
class Session : public grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage>,
                public inventory::SessionSink,
                public campaign::OrderSink,
                public std::enable_shared_from_this<Session> {
 public:
  // The reactor for one call of `machine`.
  static Session* Start(const SessionDeps& deps, const inventory::MachineId& machine,
                        const SessionOptions& options);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;
  void OnSetAnswers(v1::SetAnswers answers) override;
  void OnOrderMessage(v1::ServerMessage message) override;

 private:
  Session(const SessionDeps& deps, const inventory::MachineId& machine,
          const SessionOptions& options)
      : deps_(deps), machine_(machine), options_(options) {}

  void Handle();
  void HandleHello(v1::Hello& hello);
  void HandleInventory(v1::Inventory& inventory);
  void HandleOrderReport(v1::OrderReport& report);
  void Submit(inventory::Job job);
  inventory::Job NewJob();
  inventory::InventoryWork ToWork(v1::Inventory& inventory,
                                  std::function<void(std::vector<v1::SetAnswer>)> done);

  void ReadNext();
  void Send(v1::ServerMessage message);
  void SendRetryLater(const absl::Status& reason);
  void End(const grpc::Status& status);

  const SessionDeps deps_;
  const inventory::MachineId machine_;
  const SessionOptions options_;
  inventory::SessionId id_ = 0;
  std::shared_ptr<Session> self_;      // until OnDone
  v1::AgentMessage incoming_;          // between StartRead and the end of its work
  std::atomic<bool> greeted_ = false;  // Hello was applied

  absl::Mutex mutex_;
  std::deque<v1::ServerMessage> outgoing_ ABSL_GUARDED_BY(mutex_);  // the front is being written
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::gateway

#endif  // MUSTER_SERVER_GATEWAY_SESSION_H_
