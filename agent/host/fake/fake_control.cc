#include "agent/host/fake/fake_control.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace muster::host {

Readiness FakeControl::Look() {
  absl::MutexLock lock(&mutex_);
  return readiness_;
}

absl::StatusOr<ProcessId> FakeControl::Start(const Command& command) {
  std::function<void(const Command&)> called;
  ProcessId id;
  {
    absl::MutexLock lock(&mutex_);
    started_.push_back(command);
    id = {static_cast<uint32_t>(started_.size()), static_cast<uint64_t>(boots_)};
    running_[id.id] = end_;
    called = on_start_;
  }
  if (called) called(command);
  return id;
}

ProcessEnd FakeControl::Await(const ProcessId& process, absl::Duration) {
  absl::MutexLock lock(&mutex_);
  auto it = running_.find(process.id);
  if (it == running_.end()) return {};
  return it->second;
}

absl::StatusOr<std::string> FakeControl::Boot() {
  absl::MutexLock lock(&mutex_);
  return absl::StrCat("boot ", boots_);
}

absl::Status FakeControl::Restart(absl::Duration, const std::string&) {
  {
    absl::MutexLock lock(&mutex_);
    if (deferrals_ > 0) {
      --deferrals_;
      return absl::OkStatus();
    }
  }
  Reboot();
  return absl::OkStatus();
}

void FakeControl::SetReadiness(Readiness readiness) {
  absl::MutexLock lock(&mutex_);
  readiness_ = std::move(readiness);
}

void FakeControl::SetEnd(ProcessEnd end) {
  absl::MutexLock lock(&mutex_);
  end_ = end;
}

void FakeControl::OnStart(std::function<void(const Command&)> called) {
  absl::MutexLock lock(&mutex_);
  on_start_ = std::move(called);
}

void FakeControl::DeferRestarts(int times) {
  absl::MutexLock lock(&mutex_);
  deferrals_ = times;
}

void FakeControl::Reboot() {
  absl::MutexLock lock(&mutex_);
  ++boots_;
  running_.clear();
  readiness_.restart_pending = false;
}

std::vector<Command> FakeControl::started() {
  absl::MutexLock lock(&mutex_);
  return started_;
}

int FakeControl::boots() {
  absl::MutexLock lock(&mutex_);
  return boots_;
}

}  // namespace muster::host
