// Persons: users with passwords, the sessions that they open, and the lockout of those who guess.
#ifndef MUSTER_SERVER_IDENTITY_USERS_H_
#define MUSTER_SERVER_IDENTITY_USERS_H_

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/identity/access.h"
#include "server/identity/password.h"
#include "server/identity/user_store.h"

namespace muster::identity {

inline constexpr absl::Duration kSessionLifetime = absl::Hours(12);
// Wrong passwords in a row that cost nothing; from then on a second, doubled by each, up to the
// most.
inline constexpr int kFreeFailures = 5;
inline constexpr absl::Duration kMostLockout = absl::Minutes(15);
// Passwords that are checked or wait for it, each on one of the operator API's 64 threads; who comes
// beyond is told to come again.
inline constexpr int kMaxTriesAtOnce = 16;
// The lockout after so many wrong passwords in a row; zero: none.
absl::Duration LockoutAfter(int failures);

struct OpenedSession {
  SessionRow row;
  UserRow user;
  std::string text;  // the secret
};

// What may be changed of a user; what is unset stays.
struct UserChange {
  std::optional<std::string> display_name = {};
  std::optional<v1::Role> role = {};
  std::optional<bool> disabled = {};
  std::optional<int64_t> version = {};  // that must be the stored one
};

// Thread-safe; blocks. Changes are audited by `access`, which forgets what it believed of sessions.
class Users {
 public:
  Users(UserStore& store, Access& access, Clock clock, PasswordCost cost = {});

  // UNAUTHENTICATED in the same words and time whether the name or the password is wrong.
  // RESOURCE_EXHAUSTED, with how long as its RetryAfter, while the name is locked out, or where too
  // many log in at once.
  absl::StatusOr<OpenedSession> LogIn(const std::string& name, const std::string& password);
  absl::Status LogOut(const Call& call);
  // Ends all other sessions. PERMISSION_DENIED: the current password is wrong, which counts as at a
  // login; RESOURCE_EXHAUSTED as there.
  absl::Status ChangePassword(const Call& call, const std::string& current,
                              const std::string& wanted);

  // INVALID_ARGUMENT names the field.
  absl::StatusOr<UserRow> Create(const Call& call, UserRow user, const std::string& password);
  absl::StatusOr<std::vector<UserStore::ListedUser>> List();
  // FAILED_PRECONDITION where no admin would be left; ABORTED where another version is stored.
  absl::StatusOr<UserRow> Change(const Call& call, const std::string& id, const UserChange& change);
  // Ends the user's sessions and any lockout.
  absl::StatusOr<UserRow> SetPassword(const Call& call, const std::string& id,
                                      const std::string& password, bool must_change);
  absl::Status Delete(const Call& call, const std::string& id);

 private:
  // The hash that the password has. A wrong one is UNAUTHENTICATED, whoever is asked for.
  absl::StatusOr<std::string> Check(const std::string& name, const std::string& password,
                                    absl::Time now);

  UserStore& store_;
  Access& access_;
  const Clock clock_;
  PasswordHasher hasher_;
  std::atomic<int> tries_ = 0;  // under way
};

// How long to wait, of a RESOURCE_EXHAUSTED that says so.
void SetRetryAfter(absl::Status& status, absl::Duration delay);
std::optional<absl::Duration> RetryAfter(const absl::Status& status);

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_USERS_H_
