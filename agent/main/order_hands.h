// What the desk for orders has done on a real machine: on a thread of its own, which is made with
// the first order.
#ifndef MUSTER_AGENT_MAIN_ORDER_HANDS_H_
#define MUSTER_AGENT_MAIN_ORDER_HANDS_H_

#include <functional>
#include <memory>
#include <string>

#include "agent/host/control.h"
#include "agent/host/downloader.h"
#include "agent/remedy/hands.h"
#include "agent/remedy/payload_folder.h"
#include "agent/sync/event_loop.h"
#include "common/worker_pool.h"

namespace muster::agent {

struct OrderHandsDeps {
  host::Control* control = nullptr;  // null: nothing can be done on this installation but look
  host::Downloader* downloader = nullptr;  // null: nothing comes over HTTP
  sync::Scheduler& loop;
  std::filesystem::path payload_folder;
  remedy::PayloadSource server;  // called on the worker's thread
  // Captures evidence into the order's folder and sends it; called on the worker's thread.
  std::function<absl::Status(bool mask, const std::string& campaign,
                             const std::filesystem::path& folder)>
      send_evidence;
  std::function<void(const v1::OrderReport&)> send;
  std::function<void()> rescan;
};

// Methods on the loop's thread. Lives as long as the process: work may be under way when that ends.
class OrderHands : public remedy::Hands {
 public:
  explicit OrderHands(OrderHandsDeps deps);

  void After(absl::Duration delay, std::function<void()> work) override;
  void Send(const v1::OrderReport& report) override;
  void Look(std::function<void(host::Readiness)> done) override;
  void Fetch(const v1::Action& action, const std::string& order,
             std::function<void(absl::StatusOr<remedy::WorkFiles>)> done) override;
  void Start(const host::Command& command,
             std::function<void(absl::StatusOr<host::ProcessId>)> done) override;
  void Await(const host::ProcessId& process, absl::Duration limit,
             std::function<void(host::ProcessEnd)> done) override;
  void CollectEvidence(const v1::Action::CollectEvidence& action, const std::string& campaign,
                       const std::string& order, std::function<void(absl::Status)> done) override;
  void Rescan() override;
  absl::StatusOr<std::string> Boot() override;
  absl::Status Restart(absl::Duration notice, const std::string& message) override;
  absl::Duration UtcOffset() override;
  void Discard(const std::string& order) override;

 private:
  // Runs `work` on the worker, and `done` with its answer on the loop.
  template <typename Work, typename Done>
  void Do(Work work, Done done);
  absl::StatusOr<remedy::WorkFiles> FetchNow(const v1::Action& action, const std::string& order);

  const OrderHandsDeps deps_;
  remedy::PayloadFolder payloads_;  // of the worker's thread
  std::unique_ptr<WorkerPool> worker_;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_ORDER_HANDS_H_
