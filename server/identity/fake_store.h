// An identity::Store in memory, for tests: the same answers as the database's, and failures on
// demand.
#ifndef MUSTER_SERVER_IDENTITY_FAKE_STORE_H_
#define MUSTER_SERVER_IDENTITY_FAKE_STORE_H_

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "server/identity/store.h"
#include "server/identity/user_store.h"

namespace muster::identity {

// Thread-safe.
class FakeStore : public Store, public UserStore {
 public:
  absl::Status PutEnrollmentToken(const EnrollmentTokenRow& token) override {
    absl::MutexLock lock(&mutex_);
    enrollment_tokens_[token.hash] = token;
    return absl::OkStatus();
  }
  absl::Status EnrollMachine(const Digest& token_hash, const Digest& machine,
                             const v1::MachineAttributes&, absl::Time now) override {
    absl::MutexLock lock(&mutex_);
    auto token = enrollment_tokens_.find(token_hash);
    if (token == enrollment_tokens_.end() || token->second.max_uses == 0 ||
        now >= token->second.expires_at) {
      return absl::UnauthenticatedError("the enrolment token is unknown, spent or expired");
    }
    --token->second.max_uses;
    enrolled_.insert(machine);
    return absl::OkStatus();
  }
  absl::StatusOr<bool> IsEnrolled(const Digest& machine) override {
    absl::MutexLock lock(&mutex_);
    return enrolled_.count(machine) == 1;
  }

  absl::Status PutApiToken(const ApiTokenRow& token) override {
    absl::MutexLock lock(&mutex_);
    api_tokens_[token.hash] = token;
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<ApiTokenRow>> FindApiToken(const Digest& hash) override {
    absl::MutexLock lock(&mutex_);
    ++lookups_;
    if (!find_error_.ok()) return find_error_;
    auto found = api_tokens_.find(hash);
    if (found == api_tokens_.end()) return std::nullopt;
    return found->second;
  }
  absl::StatusOr<std::vector<ApiTokenRow>> ListApiTokens() override {
    absl::MutexLock lock(&mutex_);
    std::vector<ApiTokenRow> rows;
    for (const auto& [hash, row] : api_tokens_) rows.push_back(row);
    return rows;
  }
  absl::Status RevokeApiToken(const std::string& id, absl::Time now) override {
    absl::MutexLock lock(&mutex_);
    for (auto& [hash, row] : api_tokens_) {
      if (row.id != id) continue;
      row.revoked_at = now;
      return absl::OkStatus();
    }
    return absl::NotFoundError("there is no such API token");
  }

  absl::Status Audit(const AuditEvent& event) override {
    absl::MutexLock lock(&mutex_);
    if (!audit_error_.ok()) return audit_error_;
    Digest previous = audit_.empty() ? Digest{} : audit_.back().hash;
    auto sequence = static_cast<int64_t>(audit_.size()) + 1;
    audit_.push_back({sequence, event, AuditHash(previous, sequence, event)});
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<AuditRow>> ListAudit(int64_t before, int limit) override {
    absl::MutexLock lock(&mutex_);
    std::vector<AuditRow> rows;
    for (auto row = audit_.rbegin(); row != audit_.rend(); ++row) {
      if (before != 0 && row->sequence >= before) continue;
      if (rows.size() < static_cast<size_t>(limit)) rows.push_back(*row);
    }
    return rows;
  }
  absl::StatusOr<std::optional<int64_t>> FirstBrokenAuditRow() override { return std::nullopt; }

  absl::Status CreateUser(const UserRow& user) override {
    absl::MutexLock lock(&mutex_);
    return users_.emplace(user.id, user).second
               ? absl::OkStatus()
               : absl::AlreadyExistsError("there is such a user already");
  }
  absl::StatusOr<std::optional<UserRow>> FindUser(const std::string& id) override {
    absl::MutexLock lock(&mutex_);
    auto found = users_.find(id);
    if (found == users_.end()) return std::nullopt;
    return found->second;
  }
  absl::StatusOr<std::vector<ListedUser>> ListUsers(absl::Time) override {
    absl::MutexLock lock(&mutex_);
    std::vector<ListedUser> listed;
    for (const auto& [id, user] : users_) {
      listed.push_back({user, failures_[id].locked_until, CountSessions(id)});
    }
    return listed;
  }
  absl::StatusOr<UserRow> ChangeUser(
      const std::string& id,
      const std::function<absl::Status(UserRow& user, int64_t other_admins)>& change) override {
    absl::MutexLock lock(&mutex_);
    auto found = users_.find(id);
    if (found == users_.end()) return absl::NotFoundError("there is no such user");
    UserRow row = found->second;
    if (absl::Status status = change(row, OtherAdmins(id)); !status.ok()) return status;
    ++row.version;
    return found->second = row;
  }
  absl::Status DeleteUser(const std::string& id) override {
    absl::MutexLock lock(&mutex_);
    auto found = users_.find(id);
    if (found == users_.end()) return absl::NotFoundError("there is no such user");
    if (found->second.role == v1::ADMIN && OtherAdmins(id) == 0) {
      return absl::FailedPreconditionError("no user would be left who is an ADMIN");
    }
    users_.erase(found);
    std::erase_if(sessions_, [&](const auto& entry) { return entry.second.user == id; });
    return absl::OkStatus();
  }
  absl::StatusOr<std::optional<absl::Time>> BeginTry(
      const std::string& name, absl::Time now,
      const std::function<absl::Time(int count)>& until) override {
    absl::MutexLock lock(&mutex_);
    Failures& failures = failures_[name];
    if (now < failures.locked_until) return failures.locked_until;
    failures.locked_until = until(++failures.count);
    return std::nullopt;
  }
  absl::Status ClearFailures(const std::string& name) override {
    absl::MutexLock lock(&mutex_);
    failures_.erase(name);
    return absl::OkStatus();
  }
  absl::StatusOr<UserRow> OpenSession(
      const SessionRow& session, const std::function<absl::Status(UserRow& user)>& check) override {
    if (auto meanwhile = std::exchange(meanwhile_, nullptr)) meanwhile();
    absl::MutexLock lock(&mutex_);
    auto found = users_.find(session.user);
    if (found == users_.end()) return absl::NotFoundError("there is no such user");
    UserRow row = found->second;
    if (absl::Status status = check(row); !status.ok()) return status;
    sessions_[session.hash] = session;
    return found->second = row;
  }
  absl::StatusOr<std::optional<FoundSession>> FindSession(const Digest& hash) override {
    absl::MutexLock lock(&mutex_);
    auto found = sessions_.find(hash);
    if (found == sessions_.end()) return std::nullopt;
    return FoundSession{found->second, users_.at(found->second.user)};
  }
  absl::Status TouchSession(const Digest& hash, absl::Time now) override {
    absl::MutexLock lock(&mutex_);
    ++touches_;
    if (auto found = sessions_.find(hash); found != sessions_.end()) found->second.seen_at = now;
    return absl::OkStatus();
  }
  absl::Status DeleteSession(const Digest& hash) override {
    absl::MutexLock lock(&mutex_);
    sessions_.erase(hash);
    return absl::OkStatus();
  }
  absl::Status DeleteSessions(const std::string& user, const std::optional<Digest>& kept) override {
    absl::MutexLock lock(&mutex_);
    std::erase_if(sessions_, [&](const auto& entry) {
      return entry.second.user == user && entry.first != kept;
    });
    return absl::OkStatus();
  }
  absl::Status Prune(absl::Time) override { return absl::OkStatus(); }
  int touches() {
    absl::MutexLock lock(&mutex_);
    return touches_;
  }

  // From now on Audit and FindApiToken answer this.
  void FailAudit(absl::Status error) {
    absl::MutexLock lock(&mutex_);
    audit_error_ = std::move(error);
  }
  void FailFind(absl::Status error) {
    absl::MutexLock lock(&mutex_);
    find_error_ = std::move(error);
  }
  // What happens once, between a password's check and its session. Before any other thread.
  void Meanwhile(std::function<void()> happens) { meanwhile_ = std::move(happens); }
  // "actor action subject result", oldest first.
  std::vector<std::string> AuditLines() {
    absl::MutexLock lock(&mutex_);
    std::vector<std::string> lines;
    for (const AuditRow& row : audit_) {
      lines.push_back(row.event.actor + " " + row.event.action + " " + row.event.subject + " " +
                      row.event.result);
    }
    return lines;
  }
  int lookups() {
    absl::MutexLock lock(&mutex_);
    return lookups_;
  }

 private:
  int64_t CountSessions(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return std::ranges::count_if(sessions_, [&](const auto& s) { return s.second.user == id; });
  }
  int64_t OtherAdmins(const std::string& id) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return std::ranges::count_if(users_, [&](const auto& user) {
      return user.first != id && user.second.role == v1::ADMIN && !user.second.disabled;
    });
  }

  absl::Mutex mutex_;
  std::map<std::string, UserRow> users_ ABSL_GUARDED_BY(mutex_);
  std::map<Digest, SessionRow> sessions_ ABSL_GUARDED_BY(mutex_);
  struct Failures {
    int count = 0;
    absl::Time locked_until = absl::InfinitePast();
  };
  std::function<void()> meanwhile_;
  std::map<std::string, Failures> failures_ ABSL_GUARDED_BY(mutex_);
  int touches_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<Digest, EnrollmentTokenRow> enrollment_tokens_ ABSL_GUARDED_BY(mutex_);
  std::map<Digest, ApiTokenRow> api_tokens_ ABSL_GUARDED_BY(mutex_);
  std::set<Digest> enrolled_ ABSL_GUARDED_BY(mutex_);
  std::vector<AuditRow> audit_ ABSL_GUARDED_BY(mutex_);
  absl::Status audit_error_ ABSL_GUARDED_BY(mutex_);
  absl::Status find_error_ ABSL_GUARDED_BY(mutex_);
  int lookups_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::identity

#endif  // MUSTER_SERVER_IDENTITY_FAKE_STORE_H_
