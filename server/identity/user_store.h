// What users need of a database. server/store implements it.
#ifndef MUSTER_SERVER_IDENTITY_USER_STORE_H_
#define MUSTER_SERVER_IDENTITY_USER_STORE_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "muster/v1/authorization.pb.h"

namespace muster::identity {

struct UserRow {
  std::string id;
  std::string display_name;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  bool disabled = false;
  std::string password_hash;  // a PHC string
  bool must_change_password = false;
  absl::Time created_at;
  std::optional<absl::Time> last_login_at;
  int64_t version = 1;  // counts its changes
};

// A session that was not used for so long is over.
inline constexpr absl::Duration kSessionIdle = absl::Minutes(60);

struct SessionRow {
  Digest hash;  // SHA-256 of the secret
  std::string user;
  absl::Time created_at;
  absl::Time expires_at;
  absl::Time seen_at;
};

// Thread-safe. Errors as inventory::Transaction's.
class UserStore {
 public:
  virtual ~UserStore() = default;

  // ALREADY_EXISTS.
  virtual absl::Status CreateUser(const UserRow& user) = 0;
  virtual absl::StatusOr<std::optional<UserRow>> FindUser(const std::string& id) = 0;
  struct ListedUser {
    UserRow user;
    absl::Time locked_until;
    int64_t sessions = 0;
  };
  // With the sessions that are open: neither expired nor idle.
  virtual absl::StatusOr<std::vector<ListedUser>> ListUsers(absl::Time now) = 0;
  // Changes the row in one transaction that holds it; `other_admins` are those who could still let
  // anybody in. NOT_FOUND; or what `change` answers, and nothing is written.
  virtual absl::StatusOr<UserRow> ChangeUser(
      const std::string& id,
      const std::function<absl::Status(UserRow& user, int64_t other_admins)>& change) = 0;
  // With its sessions. NOT_FOUND; FAILED_PRECONDITION where no admin would be left.
  virtual absl::Status DeleteUser(const std::string& id) = 0;

  // Counts a try for the name, whether somebody has it or not, as a failed one, and locks the name
  // until what `lock` answers to the count. Where the name is locked, nothing is counted, and the
  // answer is until when.
  virtual absl::StatusOr<std::optional<absl::Time>> BeginTry(
      const std::string& name, absl::Time now,
      const std::function<absl::Time(int count)>& lock) = 0;
  virtual absl::Status ClearFailures(const std::string& name) = 0;

  // Puts a session of the user whom it names, in one transaction that holds the user's row; or
  // NOT_FOUND, or what `check` answers, and nothing is written. What `check` changes of its
  // password_hash and last_login_at is written, and counts as no change of the user (its version).
  virtual absl::StatusOr<UserRow> OpenSession(
      const SessionRow& session, const std::function<absl::Status(UserRow& user)>& check) = 0;
  struct FoundSession {
    SessionRow session;
    UserRow user;
  };
  virtual absl::StatusOr<std::optional<FoundSession>> FindSession(const Digest& hash) = 0;
  virtual absl::Status TouchSession(const Digest& hash, absl::Time now) = 0;
  virtual absl::Status DeleteSession(const Digest& hash) = 0;
  // All of a user's but `kept`.
  virtual absl::Status DeleteSessions(const std::string& user,
                                      const std::optional<Digest>& kept) = 0;
  // Sessions that are over, and failures that are a day old.
  virtual absl::Status Prune(absl::Time now) = 0;
};

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_USER_STORE_H_
