#include "server/store/user_store.h"

#include "absl/strings/str_cat.h"
#include "common/refusal.h"
#include "server/store/database_internal.h"
#include "server/store/values_internal.h"

namespace muster::store {
namespace {

using identity::SessionRow;
using identity::UserRow;

constexpr char kUserColumns[] =
    "u.id, u.display_name, u.role, u.disabled, u.password_hash, u.must_change_password, "
    "micros(u.created_at), micros(u.last_login_at), u.version";
constexpr int kUserColumnCount = 9;
constexpr char kCreate[] = R"(
  INSERT INTO users (id, display_name, role, disabled, password_hash, must_change_password,
    created_at, version)
  VALUES ($1, $2, $3, $4, $5, $6, $7::timestamptz, $8) ON CONFLICT DO NOTHING)";
// Whoever changes an admin waits for whoever else does: somebody has to be left.
constexpr char kLockAdmins[] =
    "SELECT id FROM users WHERE role = 4 AND NOT disabled ORDER BY id FOR UPDATE";
constexpr char kUpdate[] = R"(
  UPDATE users SET display_name = $2, role = $3, disabled = $4, password_hash = $5,
    must_change_password = $6, last_login_at = to_timestamp($7::double precision / 1000000),
    version = version + 1
  WHERE id = $1)";
constexpr char kList[] = R"(, micros(coalesce(f.locked_until, u.created_at)),
    (SELECT count(*) FROM sessions s WHERE s.user_id = u.id AND s.expires_at > $1::timestamptz
       AND s.seen_at > $2::timestamptz)
  FROM users u LEFT JOIN login_failures f ON f.name = u.id ORDER BY u.id)";
constexpr char kLockedUntil[] = "SELECT micros(locked_until) FROM login_failures WHERE name = $1";
// No row where the name is locked. Holds the row in either case, so that of many who try at once
// each sees what those before it did.
constexpr char kCountTry[] = R"(
  INSERT INTO login_failures (name, count, locked_until, at)
  VALUES ($1, 1, $2::timestamptz, $2::timestamptz)
  ON CONFLICT (name) DO UPDATE SET count = login_failures.count + 1, at = EXCLUDED.at
    WHERE login_failures.locked_until <= EXCLUDED.at
  RETURNING count)";
constexpr char kLock[] = "UPDATE login_failures SET locked_until = $2::timestamptz WHERE name = $1";
constexpr char kClearFailures[] = "DELETE FROM login_failures WHERE name = $1";
constexpr char kNoteLogin[] = R"(
  UPDATE users SET password_hash = $2, last_login_at = $3::timestamptz WHERE id = $1)";
constexpr char kPutSession[] = R"(
  INSERT INTO sessions (hash, user_id, created_at, expires_at, seen_at)
  VALUES ($1::bytea, $2, $3::timestamptz, $4::timestamptz, $5::timestamptz))";
constexpr char kFindSession[] = R"(,
    s.user_id, micros(s.created_at), micros(s.expires_at), micros(s.seen_at)
  FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.hash = $1::bytea)";
constexpr char kTouch[] =
    "UPDATE sessions SET seen_at = greatest(seen_at, $2::timestamptz) WHERE hash = $1::bytea";
constexpr char kDeleteSession[] = "DELETE FROM sessions WHERE hash = $1::bytea";
constexpr char kDeleteSessions[] =
    "DELETE FROM sessions WHERE user_id = $1 AND hash IS DISTINCT FROM $2::bytea";
constexpr char kPruneSessions[] = "DELETE FROM sessions WHERE expires_at < $1::timestamptz";
constexpr char kPruneFailures[] =
    "DELETE FROM login_failures WHERE at < $1::timestamptz - interval '1 day'";

UserRow ReadUser(const pqxx::row& row) {
  return {.id = row[0].c_str(),
          .display_name = row[1].c_str(),
          .role = static_cast<v1::Role>(row[2].as<int>()),
          .disabled = row[3].as<bool>(),
          .password_hash = row[4].c_str(),
          .must_change_password = row[5].as<bool>(),
          .created_at = ReadTime(row[6]),
          .last_login_at = ReadOptionalTime(row[7]),
          .version = row[8].as<int64_t>()};
}

absl::Status NoUser(const std::string& id) {
  return absl::NotFoundError(absl::StrCat("there is no users/", id));
}

std::optional<UserRow> ReadOne(pqxx::transaction_base& transaction, const std::string& id,
                               bool hold) {
  const pqxx::result rows =
      transaction.exec_params(absl::StrCat("SELECT ", kUserColumns, " FROM users u WHERE u.id = $1",
                                           hold ? " FOR UPDATE" : ""),
                              StorableText(id));
  if (rows.empty()) return std::nullopt;
  return ReadUser(rows[0]);
}

// Admins that are not disabled, without this one. Holds them all.
int64_t CountOtherAdmins(pqxx::transaction_base& transaction, const std::string& id) {
  int64_t others = 0;
  for (const pqxx::row& row : transaction.exec(kLockAdmins)) others += row[0].c_str() != id;
  return others;
}

}  // namespace

absl::Status UserStore::CreateUser(const UserRow& user) {
  return database_->Run("creating a user", [&](pqxx::transaction_base& transaction) {
    const pqxx::result put = transaction.exec_params(
        kCreate, user.id, StorableText(user.display_name), int{user.role}, user.disabled,
        user.password_hash, user.must_change_password, TimeParam(user.created_at), user.version);
    return put.affected_rows() > 0
               ? absl::OkStatus()
               : absl::AlreadyExistsError(absl::StrCat("there is a users/", user.id, " already"));
  });
}

absl::StatusOr<std::optional<UserRow>> UserStore::FindUser(const std::string& id) {
  std::optional<UserRow> user;
  const absl::Status status =
      database_->Run("looking for a user", [&](pqxx::transaction_base& transaction) {
        user = ReadOne(transaction, id, /*hold=*/false);
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return user;
}

absl::StatusOr<std::vector<UserStore::ListedUser>> UserStore::ListUsers(absl::Time now) {
  std::vector<ListedUser> users;
  const absl::Status status =
      database_->Run("listing users", [&](pqxx::transaction_base& transaction) {
        for (const pqxx::row& row :
             transaction.exec_params(absl::StrCat("SELECT ", kUserColumns, kList), TimeParam(now),
                                     TimeParam(now - identity::kSessionIdle))) {
          users.push_back({ReadUser(row), ReadTime(row[kUserColumnCount]),
                           row[kUserColumnCount + 1].as<int64_t>()});
        }
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return users;
}

absl::StatusOr<UserRow> UserStore::ChangeUser(
    const std::string& id, const std::function<absl::Status(UserRow&, int64_t)>& change) {
  UserRow changed;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    const int64_t others = CountOtherAdmins(transaction, id);
    auto user = ReadOne(transaction, id, /*hold=*/true);
    if (!user) return NoUser(id);
    if (absl::Status status = change(*user, others); !status.ok()) return status;
    const std::optional<int64_t> login =
        user->last_login_at ? std::optional(absl::ToUnixMicros(*user->last_login_at))
                            : std::nullopt;
    transaction.exec_params0(kUpdate, user->id, StorableText(user->display_name), int{user->role},
                             user->disabled, user->password_hash, user->must_change_password,
                             login);
    ++user->version;
    changed = *std::move(user);
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("changing a user", work); !status.ok()) return status;
  return changed;
}

absl::Status UserStore::DeleteUser(const std::string& id) {
  return database_->Run("deleting a user", [&](pqxx::transaction_base& transaction) {
    const int64_t others = CountOtherAdmins(transaction, id);
    const auto user = ReadOne(transaction, id, /*hold=*/true);
    if (!user) return NoUser(id);
    if (user->role == v1::ADMIN && !user->disabled && others == 0) {
      return FailedPrecondition("LAST_ADMIN", absl::StrCat("users/", id),
                                "no user would be left who is an ADMIN");
    }
    transaction.exec_params0("DELETE FROM users WHERE id = $1", user->id);
    return absl::OkStatus();
  });
}

absl::StatusOr<std::optional<absl::Time>> UserStore::BeginTry(
    const std::string& name, absl::Time now, const std::function<absl::Time(int)>& lock) {
  std::optional<absl::Time> locked_until;
  const auto work = [&](pqxx::transaction_base& transaction) {
    const pqxx::result counted =
        transaction.exec_params(kCountTry, StorableText(name), TimeParam(now));
    if (counted.empty()) {
      locked_until = ReadTime(transaction.exec_params1(kLockedUntil, StorableText(name))[0]);
    } else {
      transaction.exec_params0(kLock, StorableText(name), TimeParam(lock(counted[0][0].as<int>())));
    }
    return absl::OkStatus();
  };
  if (absl::Status done = database_->Run("counting a login", work); !done.ok()) return done;
  return locked_until;
}

absl::Status UserStore::ClearFailures(const std::string& name) {
  return database_->Run("forgetting failed logins", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kClearFailures, StorableText(name));
    return absl::OkStatus();
  });
}

absl::StatusOr<UserRow> UserStore::OpenSession(const SessionRow& session,
                                               const std::function<absl::Status(UserRow&)>& check) {
  UserRow opened;
  const auto work = [&](pqxx::transaction_base& transaction) -> absl::Status {
    auto user = ReadOne(transaction, session.user, /*hold=*/true);
    if (!user) return NoUser(session.user);
    if (absl::Status status = check(*user); !status.ok()) return status;
    transaction.exec_params0(kNoteLogin, user->id, user->password_hash,
                             TimeParam(user->last_login_at.value_or(session.created_at)));
    transaction.exec_params0(kPutSession, BytesParam(session.hash.view()), session.user,
                             TimeParam(session.created_at), TimeParam(session.expires_at),
                             TimeParam(session.seen_at));
    opened = *std::move(user);
    return absl::OkStatus();
  };
  if (absl::Status done = database_->Run("opening a session", work); !done.ok()) return done;
  return opened;
}

absl::StatusOr<std::optional<UserStore::FoundSession>> UserStore::FindSession(const Digest& hash) {
  std::optional<FoundSession> found;
  const absl::Status status =
      database_->Run("looking for a session", [&](pqxx::transaction_base& transaction) {
        const pqxx::result rows = transaction.exec_params(
            absl::StrCat("SELECT ", kUserColumns, kFindSession), BytesParam(hash.view()));
        if (rows.empty()) return absl::OkStatus();
        const pqxx::row row = rows[0];
        found = {{hash, row[kUserColumnCount].c_str(), ReadTime(row[kUserColumnCount + 1]),
                  ReadTime(row[kUserColumnCount + 2]), ReadTime(row[kUserColumnCount + 3])},
                 ReadUser(row)};
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return found;
}

absl::Status UserStore::TouchSession(const Digest& hash, absl::Time now) {
  return database_->Run("noting the use of a session", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kTouch, BytesParam(hash.view()), TimeParam(now));
    return absl::OkStatus();
  });
}

absl::Status UserStore::DeleteSession(const Digest& hash) {
  return database_->Run("ending a session", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kDeleteSession, BytesParam(hash.view()));
    return absl::OkStatus();
  });
}

absl::Status UserStore::DeleteSessions(const std::string& user, const std::optional<Digest>& kept) {
  return database_->Run("ending sessions", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kDeleteSessions, user, BytesParam(kept.value_or(Digest()).view()));
    return absl::OkStatus();
  });
}

absl::Status UserStore::Prune(absl::Time now) {
  return database_->Run("deleting old sessions", [&](pqxx::transaction_base& transaction) {
    transaction.exec_params0(kPruneSessions, TimeParam(now));
    transaction.exec_params0(kPruneFailures, TimeParam(now));
    return absl::OkStatus();
  });
}

}  // namespace muster::store
