// inventory::Store on PostgreSQL.
#ifndef MUSTER_SERVER_STORE_INVENTORY_STORE_H_
#define MUSTER_SERVER_STORE_INVENTORY_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/inventory/store.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe. A transaction holds one connection of the pool while it lives; reads are READ
// COMMITTED. Text of machines and outcomes is stored as docs/schema.md says (no NUL, at most 1,024
// bytes).
class InventoryStore : public inventory::Store {
 public:
  // `database` must outlive the store and its transactions.
  explicit InventoryStore(Database* database) : database_(database) {}

  absl::StatusOr<std::unique_ptr<inventory::Transaction>> Begin() override;
  absl::Status Touch(absl::Span<const std::pair<inventory::MachineId, absl::Time>> seen) override;
  absl::StatusOr<std::string> JudgedBy() override;
  absl::Status SetJudgedBy(absl::string_view rules_digest) override;
  absl::StatusOr<std::vector<inventory::StoredSignature>> AllSignatures() override;
  absl::Status SetOfInterest(absl::Span<const Digest> signatures) override;
  absl::StatusOr<std::vector<inventory::MachineId>> MachinesAfter(
      const std::optional<inventory::MachineId>& after, size_t limit) override;
  absl::StatusOr<std::vector<inventory::MachineId>> MachinesWithOrdersUnjudged(
      size_t limit) override;

 private:
  Database* const database_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_INVENTORY_STORE_H_
