// The wish that a running agent should end, from a signal, the console or the service manager.
#ifndef MUSTER_AGENT_MAIN_STOP_REQUEST_H_
#define MUSTER_AGENT_MAIN_STOP_REQUEST_H_

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace muster::agent {

// Thread-safe. Once requested, it stays so.
class StopRequest {
 public:
  void Request();
  // Waits for the request, at most `duration`; whether it has come.
  bool WaitFor(absl::Duration duration);

 private:
  absl::Mutex mutex_;
  absl::CondVar changed_;
  bool requested_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_STOP_REQUEST_H_
