// The hash-chained audit log of IdentityStore.
#include "server/store/database_internal.h"
#include "server/store/identity_store.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

using identity::AuditEvent;
using identity::AuditRow;

// "audit" in ASCII: appenders stand in line here, so that the chain has no fork.
constexpr int64_t kAuditLock = 0x6175646974;
constexpr int kVerifyChunk = 5'000;

constexpr char kLock[] = "SELECT pg_advisory_xact_lock($1)";
constexpr char kLast[] = "SELECT sequence, hash FROM audit ORDER BY sequence DESC LIMIT 1";
constexpr char kAppend[] = R"(
  INSERT INTO audit (sequence, at, actor, action, subject, result, hash)
  VALUES ($1, $2::timestamptz, $3, $4, $5, $6, $7::bytea))";
constexpr char kNewestFirst[] = R"(
  SELECT sequence, micros(at), actor, action, subject, result, hash FROM audit
  WHERE $1::bigint = 0 OR sequence < $1::bigint ORDER BY sequence DESC LIMIT $2)";
constexpr char kOldestFirst[] = R"(
  SELECT sequence, micros(at), actor, action, subject, result, hash FROM audit
  WHERE sequence > $1::bigint ORDER BY sequence LIMIT $2)";

AuditRow ReadRow(const pqxx::row& row) {
  return {row[0].as<int64_t>(),
          {ReadTime(row[1]), row[2].c_str(), row[3].c_str(), row[4].c_str(), row[5].c_str()},
          ReadDigest(row[6])};
}

}  // namespace

absl::Status IdentityStore::Audit(const AuditEvent& event) {
  const AuditEvent stored = {StorableTime(event.at), StorableText(event.actor),
                             StorableText(event.action), StorableText(event.subject),
                             StorableText(event.result)};
  return database_->Run("writing the audit log", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params(kLock, kAuditLock);
    Digest previous;
    int64_t sequence = 1;
    if (const pqxx::result last = transaction.exec(kLast); !last.empty()) {
      sequence = last[0][0].as<int64_t>() + 1;
      previous = ReadDigest(last[0][1]);
    }
    transaction.exec_params0(kAppend, sequence, TimeParam(stored.at), stored.actor, stored.action,
                             stored.subject, stored.result,
                             BytesParam(identity::AuditHash(previous, sequence, stored).view()));
    return absl::OkStatus();
  });
}

absl::StatusOr<std::vector<AuditRow>> IdentityStore::ListAudit(int64_t before, int limit) {
  std::vector<AuditRow> rows;
  const absl::Status status =
      database_->Run("reading the audit log", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row : transaction.exec_params(kNewestFirst, before, limit)) {
          rows.push_back(ReadRow(row));
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return rows;
}

absl::StatusOr<std::optional<int64_t>> IdentityStore::FirstBrokenAuditRow() {
  std::optional<int64_t> broken;
  const absl::Status status =
      database_->Run("checking the audit log", [&](pqxx::transaction_base& transaction) {
        Digest previous;
        int64_t sequence = 0;
        for (;;) {
          const pqxx::result rows = transaction.exec_params(kOldestFirst, sequence, kVerifyChunk);
          for (const pqxx::row& fields : rows) {
            const AuditRow row = ReadRow(fields);
            if (row.sequence != sequence + 1 ||
                row.hash != identity::AuditHash(previous, row.sequence, row.event)) {
              broken = row.sequence;
              return absl::OkStatus();
            }
            sequence = row.sequence;
            previous = row.hash;
          }
          if (rows.size() < kVerifyChunk) return absl::OkStatus();
        }
      });
  if (!status.ok()) return status;
  return broken;
}

}  // namespace muster::store
