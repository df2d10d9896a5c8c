// identity::UserStore on PostgreSQL.
#ifndef MUSTER_SERVER_STORE_USER_STORE_H_
#define MUSTER_SERVER_STORE_USER_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "server/identity/user_store.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe.
class UserStore : public identity::UserStore {
 public:
  // `database` must outlive the store.
  explicit UserStore(Database* database) : database_(database) {}

  absl::Status CreateUser(const identity::UserRow& user) override;
  absl::StatusOr<std::optional<identity::UserRow>> FindUser(const std::string& id) override;
  absl::StatusOr<std::vector<ListedUser>> ListUsers(absl::Time now) override;
  absl::StatusOr<identity::UserRow> ChangeUser(
      const std::string& id,
      const std::function<absl::Status(identity::UserRow&, int64_t)>& change) override;
  absl::Status DeleteUser(const std::string& id) override;
  absl::StatusOr<std::optional<absl::Time>> BeginTry(
      const std::string& name, absl::Time now,
      const std::function<absl::Time(int count)>& lock) override;
  absl::Status ClearFailures(const std::string& name) override;
  absl::StatusOr<identity::UserRow> OpenSession(
      const identity::SessionRow& session,
      const std::function<absl::Status(identity::UserRow& user)>& check) override;
  absl::StatusOr<std::optional<FoundSession>> FindSession(const Digest& hash) override;
  absl::Status TouchSession(const Digest& hash, absl::Time now) override;
  absl::Status DeleteSession(const Digest& hash) override;
  absl::Status DeleteSessions(const std::string& user, const std::optional<Digest>& kept) override;
  absl::Status Prune(absl::Time now) override;

 private:
  Database* const database_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_USER_STORE_H_
