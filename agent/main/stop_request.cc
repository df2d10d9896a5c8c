#include "agent/main/stop_request.h"

#include <chrono>

namespace muster::agent {

void StopRequest::Request() {
  absl::MutexLock lock(&mutex_);
  requested_ = true;
  changed_.SignalAll();
}

// By a clock that nobody sets: a machine whose date is moved by years still looks on time.
bool StopRequest::WaitFor(absl::Duration duration) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + absl::ToChronoMilliseconds(duration);
  absl::MutexLock lock(&mutex_);
  while (!requested_) {
    const absl::Duration left = absl::FromChrono(end - Clock::now());
    if (left <= absl::ZeroDuration()) break;
    changed_.WaitWithTimeout(&mutex_, left);
  }
  return requested_;
}

}  // namespace muster::agent
