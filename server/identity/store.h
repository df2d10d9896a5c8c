// What identity needs of a database: tokens, enrolled machines, the audit log. server/store
// implements it.
#ifndef MUSTER_SERVER_IDENTITY_STORE_H_
#define MUSTER_SERVER_IDENTITY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "muster/v1/authorization.pb.h"
#include "muster/v1/inventory.pb.h"

namespace muster::identity {

struct EnrollmentTokenRow {
  std::string id;
  Digest hash;  // SHA-256 of the secret: it has 256 bits of entropy, so no slow hash is needed
  std::string description;
  int max_uses = 1;
  absl::Time expires_at;
};

struct ApiTokenRow {
  std::string id;
  Digest hash;
  std::string description;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  absl::Time created_at;
  absl::Time expires_at;
  std::optional<absl::Time> revoked_at;
};

// One line of the audit log, before it is chained.
struct AuditEvent {
  absl::Time at;
  std::string actor;    // "apiTokens/{id}", "machines/{id}", "anonymous"
  std::string action;   // full name of the RPC
  std::string subject;  // what it was done to
  std::string result;   // "OK" or a status code's name
};

struct AuditRow {
  int64_t sequence = 0;
  AuditEvent event;
  Digest hash;  // SHA-256 over the hash before and this row's fields (AuditHash)
};

// The chain: what `hash` of the row after `previous` is. `previous` is all zeros for the first.
Digest AuditHash(const Digest& previous, int64_t sequence, const AuditEvent& event);

// Thread-safe. Errors as inventory::Transaction's.
class Store {
 public:
  virtual ~Store() = default;

  virtual absl::Status PutEnrollmentToken(const EnrollmentTokenRow& token) = 0;
  // Counts one use and enrols the machine, both or neither. A machine that is enrolled already is
  // enrolled anew (its attributes are replaced) and costs a use. UNAUTHENTICATED where the token is
  // unknown, spent or expired.
  virtual absl::Status EnrollMachine(const Digest& token_hash, const Digest& machine,
                                     const v1::MachineAttributes& attributes, absl::Time now) = 0;
  virtual absl::StatusOr<bool> IsEnrolled(const Digest& machine) = 0;

  virtual absl::Status PutApiToken(const ApiTokenRow& token) = 0;
  // Null where there is none; the caller checks expiry and revocation.
  virtual absl::StatusOr<std::optional<ApiTokenRow>> FindApiToken(const Digest& hash) = 0;
  virtual absl::StatusOr<std::vector<ApiTokenRow>> ListApiTokens() = 0;
  // NOT_FOUND.
  virtual absl::Status RevokeApiToken(const std::string& id, absl::Time now) = 0;

  // Appends in one short transaction under a lock, so that the chain has no fork.
  virtual absl::Status Audit(const AuditEvent& event) = 0;
  // Newest first, those with a sequence below `before` (0: all).
  virtual absl::StatusOr<std::vector<AuditRow>> ListAudit(int64_t before, int limit) = 0;
  // The first row whose hash does not follow from the one before; empty where the chain holds.
  virtual absl::StatusOr<std::optional<int64_t>> FirstBrokenAuditRow() = 0;
};

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_STORE_H_
