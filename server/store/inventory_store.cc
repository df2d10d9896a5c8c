#include "server/store/inventory_store.h"

#include "absl/strings/str_cat.h"
#include "common/trace/conventions.h"
#include "server/store/database_internal.h"
#include "server/store/inventory_transaction_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

constexpr char kJudgedByKey[] = "judged_by";
constexpr char kGetMeta[] = "SELECT value FROM meta WHERE key = $1";
constexpr char kPutMeta[] = R"(
  INSERT INTO meta (key, value) VALUES ($1, $2::bytea)
  ON CONFLICT (key) DO UPDATE SET value = EXCLUDED.value)";
// In the order of ids, as every writer locks machines.
constexpr char kTouch[] = R"(
  WITH seen AS (
    SELECT m.id, s.at
    FROM machines m JOIN unnest($1::bytea[], $2::timestamptz[]) AS s (id, at) ON s.id = m.id
    WHERE m.last_seen IS NULL OR m.last_seen < s.at
    ORDER BY m.id FOR NO KEY UPDATE OF m)
  UPDATE machines m SET last_seen = greatest(m.last_seen, s.at) FROM seen s WHERE m.id = s.id)";
constexpr char kAllSignatures[] =
    "SELECT digest, body, of_interest FROM signatures ORDER BY digest";
constexpr char kSetOfInterest[] = R"(
  UPDATE signatures SET of_interest = NOT of_interest
  WHERE of_interest <> (digest = ANY ($1::bytea[])))";
constexpr char kMachinesAfter[] =
    "SELECT id FROM machines WHERE id > $1::bytea ORDER BY id LIMIT $2";
constexpr char kUnjudged[] = R"(
  (SELECT o.machine_id FROM orders o
   JOIN verdicts v ON v.machine_id = o.machine_id AND v.rule = o.rule AND v.valid_to IS NULL
   WHERE o.state BETWEEN 2 AND 6 AND v.state IN (1, 2) LIMIT $1)
  UNION
  (SELECT v.machine_id FROM verdicts v
   WHERE v.valid_to IS NULL AND v.state = 3 AND NOT EXISTS (
     SELECT FROM orders o
     WHERE o.machine_id = v.machine_id AND o.rule = v.rule AND o.state BETWEEN 2 AND 6) LIMIT $1))";

}  // namespace

absl::StatusOr<std::unique_ptr<inventory::Transaction>> InventoryStore::Begin() {
  trace::Span span = trace::StartDatabaseSpan("writing the inventory");
  auto lease = database_->Acquire();
  if (!lease.ok()) {
    trace::SetDatabaseStatus(lease.status().code(), span);
    return lease.status();
  }
  auto begin = [&]() -> absl::StatusOr<std::unique_ptr<inventory::Transaction>> {
    return std::make_unique<InventoryTransaction>(*std::move(lease), std::move(span));
  };
  return Guarded("beginning a transaction", begin);
}

absl::Status InventoryStore::Touch(
    absl::Span<const std::pair<inventory::MachineId, absl::Time>> seen) {
  if (seen.empty()) return absl::OkStatus();
  ByteaArray machines;
  TimeArray times;
  for (const auto& [machine, at] : seen) {
    machines.Add(machine.view());
    times.Add(at);
  }
  return database_->Run("noting heartbeats", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kTouch, machines.Bind(), times.Bind());
    return absl::OkStatus();
  });
}

absl::StatusOr<std::string> InventoryStore::JudgedBy() {
  std::string digest;
  const absl::Status status =
      database_->Run("reading the rules' digest", [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(kGetMeta, kJudgedByKey);
        if (!rows.empty()) digest = ReadBytes(rows[0][0]);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return digest;
}

absl::Status InventoryStore::SetJudgedBy(absl::string_view rules_digest) {
  return database_->Run("noting the rules' digest", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kPutMeta, kJudgedByKey, BytesParam(rules_digest));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<inventory::StoredSignature>> InventoryStore::AllSignatures() {
  std::vector<inventory::StoredSignature> signatures;
  const absl::Status status =
      database_->Run("reading the incident signatures", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec(kAllSignatures)) {
          signatures.push_back({ReadDigest(row[0]), ReadBytes(row[1]), row[2].as<bool>()});
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return signatures;
}

absl::Status InventoryStore::SetOfInterest(absl::Span<const Digest> signatures) {
  return database_->Run("marking incident signatures", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kSetOfInterest, ByteaArray(signatures).Bind());
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<inventory::MachineId>> InventoryStore::MachinesAfter(
    const std::optional<inventory::MachineId>& after, size_t limit) {
  std::vector<inventory::MachineId> machines;
  // A single zero byte sorts before every id of 32 bytes.
  const std::string start = after ? after->ToBytes() : std::string(1, '\0');
  const absl::Status status =
      database_->Run("listing machine ids", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row :
             transaction.exec_params(kMachinesAfter, BytesParam(start), limit)) {
          machines.push_back(ReadDigest(row[0]));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return machines;
}

absl::StatusOr<std::vector<inventory::MachineId>> InventoryStore::MachinesWithOrdersUnjudged(
    size_t limit) {
  std::vector<inventory::MachineId> machines;
  const absl::Status status =
      database_->Run("looking for orders to judge by", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec_params(kUnjudged, limit)) {
          machines.push_back(ReadDigest(row[0]));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return machines;
}

}  // namespace muster::store
