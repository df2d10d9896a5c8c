#include <map>

#include "absl/strings/str_cat.h"
#include "common/digest.h"
#include "server/store/migrations_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

// "muster" in ASCII: servers that start together wait for each other here.
constexpr int64_t kMigrationLock = 0x6d7573746572;

constexpr char kCreateLedger[] = R"(
  CREATE TABLE IF NOT EXISTS schema_migrations (
    version integer PRIMARY KEY,
    name text NOT NULL,
    sha256 bytea NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
  ))";
constexpr char kLedgerExists[] = "SELECT to_regclass('schema_migrations') IS NOT NULL";
constexpr char kLedger[] = "SELECT version, name, sha256 FROM schema_migrations ORDER BY version";
constexpr char kRecord[] =
    "INSERT INTO schema_migrations (version, name, sha256) VALUES ($1, $2, $3)";

struct Applied {
  std::string name;
  std::string sha256;
};

std::map<int, Applied> ReadLedger(pqxx::connection_base& connection) {
  pqxx::work transaction(connection);
  if (!transaction.exec1(kLedgerExists)[0].as<bool>()) transaction.exec0(kCreateLedger);
  std::map<int, Applied> applied;
  for (const pqxx::row& row : transaction.exec(kLedger)) {
    applied[row[0].as<int>()] = {row[1].as<std::string>(), ReadBytes(row[2])};
  }
  transaction.commit();
  return applied;
}

absl::Status CheckLedger(const std::map<int, Applied>& applied,
                         const std::vector<Migration>& migrations) {
  const int newest = migrations.empty() ? 0 : migrations.back().version;
  if (!applied.empty() && applied.rbegin()->first > newest) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the database has schema ", applied.rbegin()->second.name, " (version ",
        applied.rbegin()->first, ") and this program knows versions up to ", newest,
        ": start a muster-server that is as new as the one that migrated it, or restore a backup "
        "from before"));
  }
  for (const Migration& migration : migrations) {
    auto it = applied.find(migration.version);
    if (it == applied.end() || it->second.sha256 == Sha256(migration.sql).ToBytes()) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "migration ", migration.name,
        " was changed after it had been applied to this database: start the muster-server that "
        "applied it; a schema is changed by a new migration only"));
  }
  return absl::OkStatus();
}

absl::Status MigrateLocked(pqxx::connection_base& connection,
                           const std::vector<Migration>& migrations) {
  const std::map<int, Applied> applied = ReadLedger(connection);
  if (absl::Status status = CheckLedger(applied, migrations); !status.ok()) return status;
  for (const Migration& migration : migrations) {
    if (applied.contains(migration.version)) continue;
    pqxx::work transaction(connection);
    transaction.exec(migration.sql);
    transaction.exec_params0(kRecord, migration.version, migration.name,
                             BytesParam(Sha256(migration.sql).view()));
    transaction.commit();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Migrate(pqxx::connection_base& connection, const std::vector<Migration>& migrations) {
  {
    pqxx::nontransaction lock(connection);
    lock.exec_params("SELECT pg_advisory_lock($1)", kMigrationLock);
  }
  // An exception or a status both end with the caller dropping the connection, and the lock with
  // it.
  absl::Status status = MigrateLocked(connection, migrations);
  pqxx::nontransaction unlock(connection);
  unlock.exec_params("SELECT pg_advisory_unlock($1)", kMigrationLock);
  return status;
}

}  // namespace muster::store
