#include "server/identity/users.h"

#include <algorithm>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/refusal.h"
#include "common/text_checks.h"
#include "server/identity/secret.h"

namespace muster::identity {
namespace {

constexpr size_t kMaxIdBytes = 63;
constexpr char kRetryAfter[] = "muster/retry-after-ms";
constexpr char kLogInMethod[] = "muster.v1.SessionService.CreateSession";

bool IsUserId(const std::string& id) {
  return !id.empty() && id.size() <= kMaxIdBytes && std::ranges::all_of(id, [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '-' || c == '_' || c == '.' ||
           c == '@';
  });
}

absl::Status CheckPassword(absl::string_view field, const std::string& password) {
  if (password.size() >= kMinPasswordBytes && password.size() <= kMaxPasswordBytes) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": must be ", kMinPasswordBytes, " to ", kMaxPasswordBytes, " bytes"));
}

absl::Status CheckRole(v1::Role role) {
  if (role != v1::ROLE_UNSPECIFIED && v1::Role_IsValid(role)) return absl::OkStatus();
  return absl::InvalidArgumentError("user.role: must be VIEWER, OPERATOR, APPROVER or ADMIN");
}

absl::Status WrongPassword() { return absl::UnauthenticatedError("user or password is wrong"); }

std::string NameOf(const std::string& id) { return absl::StrCat("users/", id); }

}  // namespace

void SetRetryAfter(absl::Status& status, absl::Duration delay) {
  status.SetPayload(kRetryAfter, absl::Cord(absl::StrCat(absl::ToInt64Milliseconds(delay))));
}

std::optional<absl::Duration> RetryAfter(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryAfter);
  int64_t milliseconds = 0;
  if (!payload || !absl::SimpleAtoi(std::string(*payload), &milliseconds)) return std::nullopt;
  return absl::Milliseconds(milliseconds);
}

absl::Duration LockoutAfter(int failures) {
  if (failures < kFreeFailures) return absl::ZeroDuration();
  const int doublings = std::min(failures - kFreeFailures, 20);
  return std::min(absl::Seconds(1) * (int64_t{1} << doublings), kMostLockout);
}

Users::Users(UserStore& store, Access& access, Clock clock, PasswordCost cost)
    : store_(store), access_(access), clock_(std::move(clock)), hasher_(cost) {}

absl::StatusOr<std::string> Users::Check(const std::string& name, const std::string& password,
                                         absl::Time now) {
  const auto later = [](absl::string_view why, absl::Duration delay) {
    absl::Status status = absl::ResourceExhaustedError(absl::StrCat(
        why, ": try again in ", absl::FormatDuration(absl::Ceil(delay, absl::Seconds(1)))));
    SetRetryAfter(status, delay);
    return status;
  };
  const absl::Cleanup done = [this] { --tries_; };
  if (++tries_ > kMaxTriesAtOnce) return later("too many log in at once", absl::Seconds(1));
  if (!IsUserId(name) || password.size() > kMaxPasswordBytes) {
    hasher_.Verify("", "");
    return WrongPassword();
  }
  // Counted before it is looked at: whoever guesses many at a time is counted for each.
  auto locked = store_.BeginTry(name, now, [now](int count) { return now + LockoutAfter(count); });
  if (!locked.ok()) return locked.status();
  if (*locked) return later("too many wrong passwords", **locked - now);
  auto user = store_.FindUser(name);
  if (!user.ok()) return user.status();
  const bool known = user->has_value() && !(*user)->disabled;
  std::string hash = known ? (*user)->password_hash : "";
  if (!hasher_.Verify(password, hash)) return WrongPassword();
  return hash;
}

absl::StatusOr<OpenedSession> Users::LogIn(const std::string& name, const std::string& password) {
  const absl::Time now = clock_();
  const auto refuse = [&](const absl::Status& status) {
    if (absl::IsUnauthenticated(status) || absl::IsResourceExhausted(status)) {
      access_.RecordDenial({now, kAnonymous, kLogInMethod, IsUserId(name) ? NameOf(name) : "",
                            absl::StatusCodeToString(status.code())});
    }
    return status;
  };
  auto hash = Check(name, password, now);
  if (!hash.ok()) return refuse(hash.status());
  const std::string renewed = hasher_.IsOutdated(*hash) ? hasher_.Hash(password) : *hash;
  const Secret secret = NewSecret(SecretKind::kSession);
  const SessionRow session{secret.hash, name, now, now + kSessionLifetime, now};
  auto user = store_.OpenSession(session, [&](UserRow& row) {
    // Whoever was locked out while the password was checked stays out.
    if (row.disabled || row.password_hash != *hash) return WrongPassword();
    row.last_login_at = now;
    row.password_hash = renewed;
    return absl::OkStatus();
  });
  if (!user.ok()) return refuse(absl::IsNotFound(user.status()) ? WrongPassword() : user.status());
  if (absl::Status cleared = store_.ClearFailures(name); !cleared.ok()) return cleared;
  if (auto recorded = access_.RecordChange({NameOf(name), kLogInMethod}, NameOf(name));
      !recorded.ok()) {
    return recorded;
  }
  return OpenedSession{session, *std::move(user), secret.text};
}

absl::Status Users::LogOut(const Call& call) {
  if (!call.session) {
    return FailedPrecondition("SESSION_REQUIRED", call.actor,
                              "an API token has no session to end: revoke the token");
  }
  if (absl::Status gone = store_.DeleteSession(*call.session); !gone.ok()) return gone;
  access_.Forget();
  return access_.RecordChange(call, call.actor);
}

absl::Status Users::ChangePassword(const Call& call, const std::string& current,
                                   const std::string& wanted) {
  if (!call.session) {
    return FailedPrecondition("SESSION_REQUIRED", call.actor,
                              "an API token has no password: log in as a user");
  }
  if (auto fit = CheckPassword("new_password", wanted); !fit.ok()) return fit;
  if (wanted == current) {
    return absl::InvalidArgumentError("new_password: must be another than the current one");
  }
  const std::string id = call.actor.substr(call.actor.find('/') + 1);
  auto checked = Check(id, current, clock_());
  if (absl::IsUnauthenticated(checked.status())) {
    return absl::PermissionDeniedError("current_password: is wrong");
  }
  if (!checked.ok()) return checked.status();
  if (absl::Status cleared = store_.ClearFailures(id); !cleared.ok()) return cleared;
  const std::string hash = hasher_.Hash(wanted);
  auto changed = store_.ChangeUser(id, [&](UserRow& row, int64_t) {
    if (row.password_hash != *checked) {
      return absl::AbortedError("somebody changed the password meanwhile");
    }
    row.password_hash = hash;
    row.must_change_password = false;
    return absl::OkStatus();
  });
  if (!changed.ok()) return changed.status();
  if (absl::Status ended = store_.DeleteSessions(id, call.session); !ended.ok()) return ended;
  access_.Forget();
  return access_.RecordChange(call, call.actor);
}

absl::StatusOr<UserRow> Users::Create(const Call& call, UserRow user, const std::string& password) {
  if (!IsUserId(user.id)) {
    return absl::InvalidArgumentError(
        "user.name: must be users/{id}, the id of lower-case letters, digits, '-', '_', '.', '@', "
        "at most 63");
  }
  if (auto checked = CheckText("user.display_name", user.display_name); !checked.ok()) {
    return checked;
  }
  if (auto checked = CheckRole(user.role); !checked.ok()) return checked;
  if (auto checked = CheckPassword("password", password); !checked.ok()) return checked;
  user.password_hash = hasher_.Hash(password);
  user.created_at = clock_();
  if (absl::Status put = store_.CreateUser(user); !put.ok()) return put;
  if (auto recorded = access_.RecordChange(call, NameOf(user.id)); !recorded.ok()) return recorded;
  return user;
}

absl::StatusOr<std::vector<UserStore::ListedUser>> Users::List() {
  return store_.ListUsers(clock_());
}

absl::StatusOr<UserRow> Users::Change(const Call& call, const std::string& id,
                                      const UserChange& change) {
  if (change.display_name) {
    if (auto checked = CheckText("user.display_name", *change.display_name); !checked.ok()) {
      return checked;
    }
  }
  if (change.role) {
    if (auto checked = CheckRole(*change.role); !checked.ok()) return checked;
  }
  auto changed = store_.ChangeUser(id, [&](UserRow& row, int64_t other_admins) -> absl::Status {
    if (change.version && *change.version != row.version) {
      return absl::AbortedError("user.etag: somebody changed the user meanwhile: look again");
    }
    const bool was_admin = row.role == v1::ADMIN && !row.disabled;
    row.display_name = change.display_name.value_or(row.display_name);
    row.role = change.role.value_or(row.role);
    row.disabled = change.disabled.value_or(row.disabled);
    const bool is_admin = row.role == v1::ADMIN && !row.disabled;
    if (was_admin && !is_admin && other_admins == 0) {
      return FailedPrecondition("LAST_ADMIN", NameOf(row.id),
                                "no user would be left who is an ADMIN");
    }
    return absl::OkStatus();
  });
  if (!changed.ok()) return changed;
  if (changed->disabled) {
    if (absl::Status ended = store_.DeleteSessions(id, std::nullopt); !ended.ok()) return ended;
  }
  access_.Forget();
  if (auto recorded = access_.RecordChange(call, NameOf(id)); !recorded.ok()) return recorded;
  return changed;
}

absl::StatusOr<UserRow> Users::SetPassword(const Call& call, const std::string& id,
                                           const std::string& password, bool must_change) {
  if (auto checked = CheckPassword("password", password); !checked.ok()) return checked;
  const std::string hash = hasher_.Hash(password);
  auto changed = store_.ChangeUser(id, [&](UserRow& row, int64_t) {
    row.password_hash = hash;
    row.must_change_password = must_change;
    return absl::OkStatus();
  });
  if (!changed.ok()) return changed;
  absl::Status done = store_.DeleteSessions(id, std::nullopt);
  if (done.ok()) done = store_.ClearFailures(id);
  access_.Forget();
  if (done.ok()) done = access_.RecordChange(call, NameOf(id));
  if (!done.ok()) return done;
  return changed;
}

absl::Status Users::Delete(const Call& call, const std::string& id) {
  if (absl::Status gone = store_.DeleteUser(id); !gone.ok()) return gone;
  access_.Forget();
  return access_.RecordChange(call, NameOf(id));
}

}  // namespace muster::identity
