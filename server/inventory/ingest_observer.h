// What becomes of reports, for metrics.
#ifndef MUSTER_SERVER_INVENTORY_INGEST_OBSERVER_H_
#define MUSTER_SERVER_INVENTORY_INGEST_OBSERVER_H_

#include "absl/time/time.h"
#include "server/inventory/job.h"

namespace muster::inventory {

// Called from several threads at once; must not block.
class IngestObserver {
 public:
  virtual ~IngestObserver() = default;

  // A report came; the queue may yet be full.
  virtual void OnReceived(const Job& job) = 0;
  // One transaction was committed: with so many reports, of which `faulty` were their senders'
  // fault and changed nothing; from its beginning to the end of its commit.
  virtual void OnCommitted(size_t reports, size_t faulty, absl::Duration took) = 0;
  // Reports were handed back, to be sent again: the database was away, full or at odds with them.
  virtual void OnHandedBack(size_t reports) = 0;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_INGEST_OBSERVER_H_
