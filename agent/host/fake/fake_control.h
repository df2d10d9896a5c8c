// A running Windows that can be made to do things, and whose installers end as a test says.
#ifndef MUSTER_AGENT_HOST_FAKE_FAKE_CONTROL_H_
#define MUSTER_AGENT_HOST_FAKE_FAKE_CONTROL_H_

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "agent/host/control.h"

namespace muster::host {

// Thread-safe. Outlives the agents that a test ends and starts again: it is the machine.
class FakeControl final : public Control {
 public:
  Readiness Look() override;
  absl::StatusOr<ProcessId> Start(const Command& command) override;
  ProcessEnd Await(const ProcessId& process, absl::Duration limit) override;
  absl::StatusOr<std::string> Boot() override;
  absl::Status Restart(absl::Duration notice, const std::string& message) override;

  void SetReadiness(Readiness readiness);
  // How processes end that are started from now on; a restart loses those that run.
  void SetEnd(ProcessEnd end);
  // Called at each start, before it answers.
  void OnStart(std::function<void(const Command&)> called);
  // Restarts are called off by whoever is logged on, so many times.
  void DeferRestarts(int times);
  // As when the power goes.
  void Reboot();

  std::vector<Command> started();
  int boots();

 private:
  absl::Mutex mutex_;
  Readiness readiness_ ABSL_GUARDED_BY(mutex_);
  ProcessEnd end_ ABSL_GUARDED_BY(mutex_){ProcessEnd::Kind::kExited, 0};
  std::function<void(const Command&)> on_start_ ABSL_GUARDED_BY(mutex_);
  std::vector<Command> started_ ABSL_GUARDED_BY(mutex_);
  std::map<uint32_t, ProcessEnd> running_ ABSL_GUARDED_BY(mutex_);
  int deferrals_ ABSL_GUARDED_BY(mutex_) = 0;
  int boots_ ABSL_GUARDED_BY(mutex_) = 1;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_FAKE_FAKE_CONTROL_H_
