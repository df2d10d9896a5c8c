// Takes what machines report, and makes it durable: the queue, the writer threads, and the sessions
// that wait.
#ifndef MUSTER_SERVER_INVENTORY_INGEST_H_
#define MUSTER_SERVER_INVENTORY_INGEST_H_

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/clock.h"
#include "common/trace/tracer.h"
#include "server/inventory/batch.h"
#include "server/inventory/ingest_observer.h"
#include "server/inventory/job.h"
#include "server/inventory/job_queue.h"
#include "server/inventory/known_digests.h"
#include "server/inventory/session_registry.h"
#include "server/inventory/upload_board.h"
#include "server/inventory/verdict_keeper.h"

namespace muster::inventory {

struct IngestOptions {
  // More writers than two gain nothing on one database disk: what waits is committed together.
  int writers = 2;
  // One transaction's share: its size bounds how long an acknowledgement waits.
  size_t max_batch_jobs = 500;
  size_t max_batch_bytes = 16 * 1024 * 1024;
  // A report waits so long for the database to come back before it is handed back to its agent.
  absl::Duration retry_pause = absl::Milliseconds(200);
  // A machine's sets are taken over together, but one that is slow in coming keeps the others
  // waiting no longer than this.
  absl::Duration adoption_patience = absl::Seconds(2);
  absl::Duration touch_interval = absl::Seconds(30);
  JobQueueOptions queue;
  UploadBoardOptions uploads;
};

// Thread-safe. Owns its threads; the store, the observer and the tracer must outlive it.
class Ingest {
 public:
  Ingest(Store& store, std::shared_ptr<const verdict::RuleBook> rules, IngestOptions options,
         Clock clock, IngestObserver& observer, const trace::Tracer& tracer);
  ~Ingest();  // finishes what is queued

  SessionId Open(const MachineId& machine, std::weak_ptr<SessionSink> sink);
  void Close(SessionId session);

  // Queues work for a session; its `done` or `fail` is called once, from a writer thread, after the
  // commit. RESOURCE_EXHAUSTED or UNAVAILABLE: it was not taken, and neither is called.
  absl::Status Submit(Job job);

  // The machine was heard of. Written with many others, now and then.
  void Heard(const MachineId& machine);

  VerdictKeeper& verdicts() { return verdicts_; }
  size_t sessions() const { return sessions_.size(); }
  size_t queued() const { return queue_.size(); }
  size_t queued_bytes() const { return queue_.bytes(); }
  size_t capacity() const { return options_.queue.max_jobs; }
  size_t capacity_bytes() const { return options_.queue.max_bytes; }
  // Reports that were told to come later, for want of room.
  int64_t refused() const { return queue_.refused(); }

 private:
  void Write();
  // In one transaction, or one by one where they do not go in together. A span.
  void ApplyAll(std::vector<Job> jobs, const trace::SpanContext& parent = {});
  absl::Status Apply(std::vector<Job>& jobs);
  void Housekeeping();

  const IngestOptions options_;
  const Clock clock_;
  Store& store_;
  IngestObserver& observer_;
  const trace::Tracer& tracer_;
  SessionRegistry sessions_;
  UploadBoard uploads_;
  VerdictKeeper verdicts_;
  JobQueue queue_;
  KnownDigests known_sets_{1 << 20};
  KnownDigests known_signatures_{1 << 18};
  BatchContext context_;

  absl::Mutex mutex_;
  absl::flat_hash_map<MachineId, absl::Time> heard_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_touch_ ABSL_GUARDED_BY(mutex_);

  std::vector<std::thread> writers_;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_INGEST_H_
