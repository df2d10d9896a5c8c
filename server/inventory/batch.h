// Applies many sessions' work in one transaction: group commit.
#ifndef MUSTER_SERVER_INVENTORY_BATCH_H_
#define MUSTER_SERVER_INVENTORY_BATCH_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "common/clock.h"
#include "server/inventory/job.h"
#include "server/inventory/job_queue.h"
#include "server/inventory/known_digests.h"
#include "server/inventory/session_registry.h"
#include "server/inventory/store.h"
#include "server/inventory/upload_board.h"
#include "server/inventory/verdict_keeper.h"

namespace muster::inventory {

// What batches of one server share.
struct BatchContext {
  Store& store;
  SessionRegistry& sessions;
  UploadBoard& uploads;
  VerdictKeeper& verdicts;
  JobQueue& queue;           // for follow-up work
  KnownDigests& sets;        // stored for certain
  KnownDigests& signatures;  // the same
  Clock clock;
};

// One transaction's worth of work. Used once, by one thread.
class Batch {
 public:
  explicit Batch(BatchContext& context) : context_(context) {}

  // Applies the jobs, commits, and calls each job's `done`, or `fail` where the job itself is at
  // fault. On an error nothing was applied and no callback was called.
  absl::Status Apply(std::vector<Job>& jobs);
  // Jobs that were themselves at fault.
  size_t faulty() const { return faulty_; }

 private:
  absl::Status Stage(Job& job);
  absl::Status StageInventory(Job& job, InventoryWork& work);
  absl::Status StageChange(Job& job, ChangeWork& work);
  absl::Status StageItems(Job& job, ItemsWork& work);
  absl::Status StageIncidents(Job& job, IncidentWork& work);
  absl::Status StageAdoption(Job& job);

  absl::Status LearnSets(const std::vector<Job>& jobs);
  absl::Status StoreSet(v1::SetKind kind, const Digest& set, const std::vector<Digest>& items);
  absl::Status WriteReports();
  MachineReport& ReportOf(const MachineId& machine);
  void DropDeserted(std::vector<Job>& jobs);

  BatchContext& context_;
  size_t faulty_ = 0;
  absl::Time now_;
  std::unique_ptr<Transaction> transaction_;
  absl::flat_hash_set<MachineId> enrolled_;
  std::map<MachineId, MachineReport> reports_;
  std::vector<IncidentReport> incident_reports_;
  std::vector<std::function<void(v1::IncidentAck)>> incident_done_;
  std::set<std::pair<MachineId, std::string>> incident_sources_;
  std::vector<StoredSignature> new_signatures_;
  std::vector<std::function<void()>> after_commit_;
};

// How a claim's session is told to send its set.
v1::SetAnswer AnswerToSend(const BatchContext& context, const Claim& claim);
void TellToSend(const BatchContext& context, const std::vector<Claim>& claims);

// Queues the adoption of what is stored of what a session waits for.
void QueueAdoption(const BatchContext& context, SessionId session);

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_BATCH_H_
