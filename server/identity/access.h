// Who may call the operator API: tokens, roles, and the trace that changes and denials leave.
#ifndef MUSTER_SERVER_IDENTITY_ACCESS_H_
#define MUSTER_SERVER_IDENTITY_ACCESS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/clock.h"
#include "muster/v1/authorization.pb.h"
#include "server/identity/denial_log.h"
#include "server/identity/secret.h"
#include "server/identity/store.h"
#include "server/identity/user_store.h"

namespace muster::identity {

// An operator, as far as calls go.
struct Principal {
  std::string name;  // "apiTokens/{id}", "users/{id}"
  v1::Role role = v1::ROLE_UNSPECIFIED;
  std::string display_name;
  absl::Time created_at, expires_at;  // of the token or session
  std::optional<Digest> session;      // a user's
  bool must_change_password = false;
};

// Who does what, for the audit log.
struct Call {
  std::string actor;   // a principal's name, or "server"
  std::string action;  // the RPC's full name: "muster.v1.AccessService.CreateApiToken"
  std::optional<Digest> session = std::nullopt;  // where a user calls
  Principal principal = {};
};

struct AccessOptions {
  // For how long a token's row is believed without asking the database: a revocation on another
  // server takes effect after at most this.
  absl::Duration cache_ttl = absl::Seconds(5);
  // The use of a session is written down no more often than this.
  absl::Duration touch_interval = absl::Minutes(1);
  // Tokens that were looked up within cache_ttl; beyond it the cache starts over.
  size_t max_cached_tokens = 10'000;
};

struct CreatedApiToken {
  ApiTokenRow row;
  std::string text;  // the secret
};

struct CreatedEnrollmentToken {
  EnrollmentTokenRow row;
  std::string text;  // the secret
};

inline constexpr absl::Duration kDefaultApiTokenLifetime = absl::Hours(24 * 90);
inline constexpr absl::Duration kMaxApiTokenLifetime = absl::Hours(24 * 400);
inline constexpr absl::Duration kDefaultEnrollmentTokenLifetime = absl::Hours(24);
inline constexpr absl::Duration kMaxEnrollmentTokenLifetime = absl::Hours(24 * 90);

// The role that an RPC declares with the option (muster.v1.required_role); ROLE_UNSPECIFIED where
// the method is unknown or declares none: nobody may call it. `method` is its full name,
// "muster.v1.FleetService.ListMachines".
v1::Role RequiredRole(absl::string_view method);
// Whether it declares (muster.v1.without_token): anybody may call it.
bool NeedsNoToken(absl::string_view method);

// Thread-safe where the stores are; blocks on them. They must outlive it.
class Access {
 public:
  Access(Store& store, UserStore& users, Clock clock, AccessOptions options = {});

  // Authenticate and Authorize; a denial is audited.
  absl::StatusOr<Principal> Admit(absl::string_view token, absl::string_view method);

  // UNAUTHENTICATED with a constant message where the token is missing, unknown, revoked or
  // expired; otherwise the store's error. On a denial `principal`'s name is who the token belonged
  // to, or "anonymous".
  absl::Status Authenticate(absl::string_view token, absl::Time now, Principal& principal);
  // PERMISSION_DENIED where the principal's role is below the method's.
  static absl::Status Authorize(const Principal& principal, absl::string_view method);

  // The changes below are audited, and fail where they can't be. INVALID_ARGUMENT names the field.
  absl::StatusOr<CreatedApiToken> CreateApiToken(const Call& call, const std::string& description,
                                                 v1::Role role, absl::Duration lifetime);
  absl::StatusOr<CreatedEnrollmentToken> CreateEnrollmentToken(const Call& call,
                                                               const std::string& description,
                                                               int max_uses,
                                                               absl::Duration lifetime);
  // NOT_FOUND. Takes effect here at once.
  absl::Status RevokeApiToken(const Call& call, const std::string& id);

  // Writes a change that was made elsewhere into the audit log.
  absl::Status RecordChange(const Call& call, const std::string& subject);
  // Likewise a denial.
  void RecordDenial(const AuditEvent& denial) { denials_.Record(denial); }
  // What was believed of tokens and sessions is asked anew: one of them has changed.
  void Forget();

  absl::StatusOr<std::vector<ApiTokenRow>> ListApiTokens() { return store_.ListApiTokens(); }
  // Newest first, those with a sequence below `before` (0: all).
  absl::StatusOr<std::vector<AuditRow>> ListAudit(int64_t before, int limit) {
    return store_.ListAudit(before, limit);
  }

 private:
  // A token or a session, whatever became of it.
  struct Known {
    Principal principal;
    absl::Time seen_at;   // of a session
    std::string refusal;  // why it opens nothing
  };
  struct Cached {
    Known known;
    absl::Time until;
  };

  absl::Status AuthenticateSecret(SecretKind kind, absl::string_view token, absl::Time now,
                                  Principal& principal);
  // Empty where it is unknown.
  absl::StatusOr<std::optional<Known>> Find(SecretKind kind, const Digest& hash);
  absl::StatusOr<std::optional<Known>> FindCached(SecretKind kind, const Digest& hash,
                                                  absl::Time now);
  absl::Status Touch(const Digest& hash, absl::Time now);

  Store& store_;
  UserStore& users_;
  const Clock clock_;
  const AccessOptions options_;
  DenialLog denials_{store_};
  absl::Mutex mutex_;
  absl::flat_hash_map<Digest, Cached> cache_ ABSL_GUARDED_BY(mutex_);
  // Counts revocations, so that a row read before one is not cached after it.
  int64_t revocations_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_ACCESS_H_
