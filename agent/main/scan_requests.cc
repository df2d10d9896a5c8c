#include "agent/main/scan_requests.h"

#include <algorithm>

namespace muster::agent {
namespace {

constexpr absl::Duration kLook = absl::Seconds(1);

}  // namespace

void ScanRequests::Request() {
  absl::MutexLock lock(&mutex_);
  ++requested_;
}

bool ScanRequests::Await(absl::Duration interval, StopRequest& stop) {
  for (; interval > absl::ZeroDuration(); interval -= kLook) {
    {
      absl::MutexLock lock(&mutex_);
      if (requested_ > begun_) return true;
    }
    if (stop.WaitFor(std::min(interval, kLook))) return false;
  }
  return true;
}

uint64_t ScanRequests::Begin() {
  absl::MutexLock lock(&mutex_);
  begun_ = requested_;
  return begun_;
}

}  // namespace muster::agent
