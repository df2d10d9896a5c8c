// When the agent looks at its installation: at intervals, and when somebody asks.
#ifndef MUSTER_AGENT_MAIN_SCAN_REQUESTS_H_
#define MUSTER_AGENT_MAIN_SCAN_REQUESTS_H_

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "agent/main/stop_request.h"

namespace muster::agent {

// Thread-safe.
class ScanRequests {
 public:
  // Asks for a scan that begins after this call.
  void Request();
  // Waits for `interval`, a request or the stop; false: it is the stop.
  bool Await(absl::Duration interval, StopRequest& stop);
  // A scan begins now. Requests that came before it: it answers them all.
  uint64_t Begin();

 private:
  absl::Mutex mutex_;
  uint64_t requested_ ABSL_GUARDED_BY(mutex_) = 0;
  uint64_t begun_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SCAN_REQUESTS_H_
