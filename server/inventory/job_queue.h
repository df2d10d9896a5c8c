// The bounded queue between reactors and writers.
#ifndef MUSTER_SERVER_INVENTORY_JOB_QUEUE_H_
#define MUSTER_SERVER_INVENTORY_JOB_QUEUE_H_

#include <deque>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/inventory/job.h"

namespace muster::inventory {

struct JobQueueOptions {
  size_t max_jobs = 20'000;              // twice a fleet's sessions
  size_t max_bytes = 256 * 1024 * 1024;  // of messages waiting
};

// Thread-safe.
class JobQueue {
 public:
  explicit JobQueue(JobQueueOptions options) : options_(options) {}

  // Takes the job, or leaves it untouched: RESOURCE_EXHAUSTED when full, UNAVAILABLE when closed.
  absl::Status Push(Job& job);
  // For work that follows from work already taken: never refused for want of room.
  void PushFollowUp(Job job);

  // Waits until there is work, then takes at most `max_jobs` and about `max_bytes` of it. Empty:
  // closed, or nothing came within `patience`.
  std::vector<Job> Pop(size_t max_jobs, size_t max_bytes, absl::Duration patience);

  // Nothing more is taken; what is queued is still handed out.
  void Close();
  bool closed() const;
  size_t size() const;
  size_t bytes() const;
  // Jobs that were not taken for want of room.
  int64_t refused() const;

 private:
  const JobQueueOptions options_;
  mutable absl::Mutex mutex_;
  std::deque<Job> jobs_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  int64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_JOB_QUEUE_H_
