// Takes what machines say of their orders, and makes it durable: many in one transaction.
#ifndef MUSTER_SERVER_CAMPAIGN_REPORT_QUEUE_H_
#define MUSTER_SERVER_CAMPAIGN_REPORT_QUEUE_H_

#include <deque>
#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "muster/v1/order.pb.h"
#include "server/campaign/store.h"

namespace muster::campaign {

// Thread-safe. Owns its thread; the store must outlive it.
class ReportQueue {
 public:
  // With the acknowledgement once it is committed; or why it could not be, so that it must come
  // again.
  using Done = std::function<void(absl::StatusOr<v1::OrderAck>)>;

  ReportQueue(Store& store, Clock clock);
  ~ReportQueue();  // finishes what is queued

  // INVALID_ARGUMENT: it is not well formed. RESOURCE_EXHAUSTED: too many wait. `done` is called
  // otherwise, once, from the queue's thread.
  absl::Status Submit(const MachineId& machine, v1::OrderReport report, Done done);

 private:
  struct Entry {
    Store::Report report;
    Done done;
  };
  void Loop();
  void Apply(std::deque<Entry> entries);

  Store& store_;
  const Clock clock_;
  absl::Mutex mutex_;
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_REPORT_QUEUE_H_
