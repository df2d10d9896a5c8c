// identity::Store on PostgreSQL.
#ifndef MUSTER_SERVER_STORE_IDENTITY_STORE_H_
#define MUSTER_SERVER_STORE_IDENTITY_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "server/identity/store.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe. The audit log is append-only: a trigger refuses every other change, and each row's
// hash covers the one before. What is hashed is what is stored: times in microseconds, text without
// NUL and of at most 1,024 bytes.
class IdentityStore : public identity::Store {
 public:
  // `database` must outlive the store.
  explicit IdentityStore(Database* database) : database_(database) {}

  absl::Status PutEnrollmentToken(const identity::EnrollmentTokenRow& token) override;
  absl::Status EnrollMachine(const Digest& token_hash, const Digest& machine,
                             const v1::MachineAttributes& attributes, absl::Time now) override;
  absl::StatusOr<bool> IsEnrolled(const Digest& machine) override;
  absl::Status PutApiToken(const identity::ApiTokenRow& token) override;
  absl::StatusOr<std::optional<identity::ApiTokenRow>> FindApiToken(const Digest& hash) override;
  absl::StatusOr<std::vector<identity::ApiTokenRow>> ListApiTokens() override;
  absl::Status RevokeApiToken(const std::string& id, absl::Time now) override;
  absl::Status Audit(const identity::AuditEvent& event) override;
  absl::StatusOr<std::vector<identity::AuditRow>> ListAudit(int64_t before, int limit) override;
  absl::StatusOr<std::optional<int64_t>> FirstBrokenAuditRow() override;

 private:
  Database* const database_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_IDENTITY_STORE_H_
