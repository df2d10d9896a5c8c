// inventory::Transaction on PostgreSQL; its methods stand in one file an aggregate
// (transaction_*.cc).
#ifndef MUSTER_SERVER_STORE_INVENTORY_TRANSACTION_INTERNAL_H_
#define MUSTER_SERVER_STORE_INVENTORY_TRANSACTION_INTERNAL_H_

#include <memory>
#include <optional>
#include <pqxx/pqxx>
#include <utility>
#include <vector>

#include "common/trace/conventions.h"
#include "server/inventory/store.h"
#include "server/store/database_internal.h"

namespace muster::store {

// Not thread-safe. Throws from the constructor what libpqxx throws. Its span ends with it.
class InventoryTransaction : public inventory::Transaction {
 public:
  InventoryTransaction(std::unique_ptr<Database::Lease> lease, trace::Span span)
      : span_(std::move(span)),
        lease_(std::move(lease)),
        transaction_(std::make_unique<pqxx::work>(lease_->connection())) {}
  ~InventoryTransaction() override {
    transaction_.reset();  // undone here unless committed
    if (broken_) lease_->MarkBroken();
    trace::SetDatabaseStatus(failure_, span_);
  }

  absl::StatusOr<absl::flat_hash_set<inventory::MachineId>> LockMachines(
      std::vector<inventory::MachineId> machines) override;
  absl::StatusOr<absl::flat_hash_set<Digest>> KnownSets(absl::Span<const Digest> sets) override;
  absl::StatusOr<std::vector<Digest>> MissingItems(v1::SetKind kind,
                                                   absl::Span<const Digest> items) override;
  absl::StatusOr<std::vector<Digest>> SetItems(const Digest& set) override;
  absl::StatusOr<std::vector<Item>> LoadSet(const Digest& set) override;
  absl::Status PutItems(v1::SetKind kind, absl::Span<const Item> items) override;
  absl::Status PutSet(v1::SetKind kind, const Digest& set, absl::Span<const Digest> items) override;
  absl::Status PutSignatures(absl::Span<const inventory::StoredSignature> signatures) override;
  absl::Status PutReports(absl::Span<const inventory::MachineReport> reports) override;
  absl::StatusOr<std::vector<inventory::IncidentResult>> PutIncidents(
      absl::Span<const inventory::IncidentReport> reports) override;
  absl::StatusOr<absl::flat_hash_map<inventory::MachineId, inventory::MachineState>> LoadStates(
      absl::Span<const inventory::MachineId> machines) override;
  absl::Status PutVerdicts(absl::Span<const inventory::MachineVerdicts> verdicts) override;
  absl::Status Commit() override;

 private:
  using KindAndSet = std::pair<v1::SetKind, Digest>;
  using SetIds = absl::flat_hash_map<KindAndSet, int>;

  // Runs `work`; a broken connection is not given back to the pool.
  template <typename Work>
  auto Do(absl::string_view what, Work&& work) -> decltype(work()) {
    auto answer = Guarded(what, std::forward<Work>(work));
    lease_->Count(StatusOf(answer));
    if (absl::IsUnavailable(StatusOf(answer))) broken_ = true;
    if (!answer.ok()) failure_ = StatusOf(answer).code();
    return answer;
  }
  static const absl::Status& StatusOf(const absl::Status& status) { return status; }
  template <typename T>
  static const absl::Status& StatusOf(const absl::StatusOr<T>& answer) {
    return answer.status();
  }

  absl::Status InsertItems(v1::SetKind kind, absl::Span<const Item> items);
  absl::Status InsertSet(v1::SetKind kind, const Digest& set, absl::Span<const Digest> items);
  // The ids of the sets that these reports name. FAILED_PRECONDITION where one is not stored.
  absl::StatusOr<SetIds> ResolveSets(absl::Span<const inventory::MachineReport> reports);
  SetIds FindSets(const std::vector<KindAndSet>& wanted);

  void WriteMachines(absl::Span<const inventory::MachineReport> reports);
  void WriteStandingSets(absl::Span<const inventory::MachineReport> reports, const SetIds& ids);
  void WriteOutcomes(absl::Span<const inventory::MachineReport> reports, const SetIds& ids);
  absl::Status MergeIncidents(absl::Span<const inventory::IncidentReport* const> applied);

  trace::Span span_;
  absl::StatusCode failure_ = absl::StatusCode::kOk;  // the last one, unless it was committed
  std::unique_ptr<Database::Lease> lease_;
  bool broken_ = false;
  std::unique_ptr<pqxx::work> transaction_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_INVENTORY_TRANSACTION_INTERNAL_H_
