#include "server/identity/access.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/text_checks.h"

namespace muster::identity {
namespace {

absl::Status CheckDescription(const std::string& description) {
  if (description.empty()) {
    return absl::InvalidArgumentError("description: say what the token is for");
  }
  return CheckText("description", description);
}

absl::Status CheckLifetime(absl::Duration lifetime, absl::Duration max) {
  if (lifetime > absl::ZeroDuration() && lifetime <= max) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("lifetime: must be more than zero and at most ",
                                                 max / absl::Hours(24), " days"));
}

}  // namespace

v1::Role RequiredRole(absl::string_view method) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(std::string(method));
  return descriptor == nullptr ? v1::ROLE_UNSPECIFIED
                               : descriptor->options().GetExtension(v1::required_role);
}

bool NeedsNoToken(absl::string_view method) {
  const auto* descriptor =
      google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(std::string(method));
  return descriptor != nullptr && descriptor->options().GetExtension(v1::without_token);
}

Access::Access(Store& store, UserStore& users, Clock clock, AccessOptions options)
    : store_(store), users_(users), clock_(std::move(clock)), options_(options) {}

absl::StatusOr<std::optional<Access::Known>> Access::Find(SecretKind kind, const Digest& hash) {
  Known known;
  if (kind == SecretKind::kApi) {
    auto row = store_.FindApiToken(hash);
    if (!row.ok()) return row.status();
    if (!row->has_value()) return std::nullopt;
    const ApiTokenRow& token = **row;
    known.principal.name = absl::StrCat("apiTokens/", token.id);
    known.principal.display_name = token.description;
    known.principal.role = token.role;
    known.principal.created_at = token.created_at;
    known.principal.expires_at = token.expires_at;
    if (token.revoked_at) known.refusal = "the API token was revoked";
    return known;
  }
  auto found = users_.FindSession(hash);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return std::nullopt;
  const auto& [session, user] = **found;
  known.principal.name = absl::StrCat("users/", user.id);
  known.principal.display_name = user.display_name;
  known.principal.role = user.role;
  known.principal.created_at = session.created_at;
  known.principal.expires_at = session.expires_at;
  known.principal.session = hash;
  known.principal.must_change_password = user.must_change_password;
  known.seen_at = session.seen_at;
  if (user.disabled) known.refusal = "the user is disabled";
  return known;
}

absl::StatusOr<std::optional<Access::Known>> Access::FindCached(SecretKind kind, const Digest& hash,
                                                                absl::Time now) {
  int64_t revocations = 0;
  {
    absl::MutexLock lock(&mutex_);
    auto found = cache_.find(hash);
    if (found != cache_.end() && now < found->second.until) return found->second.known;
    revocations = revocations_;
  }
  auto known = Find(kind, hash);
  if (!known.ok() || !known->has_value()) return known;  // what is unknown could fill the cache
  absl::MutexLock lock(&mutex_);
  if (revocations == revocations_) {
    if (cache_.size() >= options_.max_cached_tokens) cache_.clear();
    cache_.insert_or_assign(hash, Cached{**known, now + options_.cache_ttl});
  }
  return known;
}

absl::Status Access::Touch(const Digest& hash, absl::Time now) {
  if (absl::Status touched = users_.TouchSession(hash, now); !touched.ok()) return touched;
  absl::MutexLock lock(&mutex_);
  if (auto found = cache_.find(hash); found != cache_.end()) found->second.known.seen_at = now;
  return absl::OkStatus();
}

absl::Status Access::AuthenticateSecret(SecretKind kind, absl::string_view token, absl::Time now,
                                        Principal& principal) {
  const bool is_session = kind == SecretKind::kSession;
  const char* what = is_session ? "the session" : "the API token";
  auto hash = SecretHash(kind, token);
  if (!hash) return absl::UnauthenticatedError(absl::StrCat(what, " is unknown"));
  auto known = FindCached(kind, *hash, now);
  if (!known.ok()) return known.status();
  if (!known->has_value()) {
    return absl::UnauthenticatedError(is_session ? "the session is over: log in again"
                                                 : "the API token is unknown");
  }
  principal.name = (*known)->principal.name;
  if (!(*known)->refusal.empty()) return absl::UnauthenticatedError((*known)->refusal);
  const bool idle = is_session && now >= (*known)->seen_at + kSessionIdle;
  if (now >= (*known)->principal.expires_at || idle) {
    return absl::UnauthenticatedError(is_session ? "the session is over: log in again"
                                                 : "the API token has expired");
  }
  if (is_session && now >= (*known)->seen_at + options_.touch_interval) {
    if (absl::Status touched = Touch(*hash, now); !touched.ok()) return touched;
  }
  principal = (*known)->principal;
  return absl::OkStatus();
}

absl::Status Access::Authenticate(absl::string_view token, absl::Time now, Principal& principal) {
  principal = {};
  principal.name = kAnonymous;
  if (token.empty()) {
    return absl::UnauthenticatedError(
        "an API token or session is missing: send `authorization: Bearer muster_api_...`");
  }
  const SecretKind kind =
      absl::StartsWith(token, "muster_session_") ? SecretKind::kSession : SecretKind::kApi;
  return AuthenticateSecret(kind, token, now, principal);
}

absl::Status Access::Authorize(const Principal& principal, absl::string_view method) {
  v1::Role required = RequiredRole(method);
  const bool may_go_on = method == "muster.v1.SessionService.GetCurrentSession" ||
                         method == "muster.v1.SessionService.DeleteCurrentSession" ||
                         method == "muster.v1.SessionService.ChangePassword";
  if (principal.must_change_password && !may_go_on) {
    return absl::PermissionDeniedError(
        "the password was given by an administrator: change it first");
  }
  if (required != v1::ROLE_UNSPECIFIED && v1::Role_IsValid(principal.role) &&
      principal.role >= required) {
    return absl::OkStatus();
  }
  if (required == v1::ROLE_UNSPECIFIED) {
    return absl::PermissionDeniedError(
        absl::StrCat(method, " declares no role: nobody may call it"));
  }
  return absl::PermissionDeniedError(absl::StrCat(
      method, " needs the role ", v1::Role_Name(required), ", the ",
      principal.session ? "user" : "API token", " has ", v1::Role_Name(principal.role)));
}

absl::StatusOr<Principal> Access::Admit(absl::string_view token, absl::string_view method) {
  absl::Time now = clock_();
  Principal principal;
  principal.name = kAnonymous;
  if (NeedsNoToken(method)) return principal;
  absl::Status admitted = Authenticate(token, now, principal);
  if (admitted.ok()) admitted = Authorize(principal, method);
  if (admitted.ok()) return principal;
  if (absl::IsUnauthenticated(admitted) || absl::IsPermissionDenied(admitted)) {
    denials_.Record(
        {now, principal.name, std::string(method), "", absl::StatusCodeToString(admitted.code())});
  }
  return admitted;
}

void Access::Forget() {
  absl::MutexLock lock(&mutex_);
  cache_.clear();
  ++revocations_;
}

absl::Status Access::RecordChange(const Call& call, const std::string& subject) {
  return store_.Audit({clock_(), call.actor, call.action, subject, "OK"});
}

absl::StatusOr<CreatedApiToken> Access::CreateApiToken(const Call& call,
                                                       const std::string& description,
                                                       v1::Role role, absl::Duration lifetime) {
  if (auto checked = CheckDescription(description); !checked.ok()) return checked;
  if (role == v1::ROLE_UNSPECIFIED || !v1::Role_IsValid(role)) {
    return absl::InvalidArgumentError("role: must be VIEWER, OPERATOR, APPROVER or ADMIN");
  }
  if (auto checked = CheckLifetime(lifetime, kMaxApiTokenLifetime); !checked.ok()) return checked;
  absl::Time now = clock_();
  Secret secret = NewSecret(SecretKind::kApi);
  ApiTokenRow row{secret.id, secret.hash, description, role, now, now + lifetime, std::nullopt};
  if (auto put = store_.PutApiToken(row); !put.ok()) return put;
  if (auto recorded = RecordChange(call, absl::StrCat("apiTokens/", row.id)); !recorded.ok()) {
    return recorded;
  }
  return CreatedApiToken{std::move(row), std::move(secret.text)};
}

absl::StatusOr<CreatedEnrollmentToken> Access::CreateEnrollmentToken(const Call& call,
                                                                     const std::string& description,
                                                                     int max_uses,
                                                                     absl::Duration lifetime) {
  if (auto checked = CheckText("description", description); !checked.ok()) return checked;
  if (max_uses < 1) return absl::InvalidArgumentError("max_uses: must be at least 1");
  if (auto checked = CheckLifetime(lifetime, kMaxEnrollmentTokenLifetime); !checked.ok()) {
    return checked;
  }
  Secret secret = NewSecret(SecretKind::kEnrollment);
  EnrollmentTokenRow row{secret.id, secret.hash, description, max_uses, clock_() + lifetime};
  if (auto put = store_.PutEnrollmentToken(row); !put.ok()) return put;
  auto recorded = RecordChange(call, absl::StrCat("enrollmentTokens/", row.id));
  if (!recorded.ok()) return recorded;
  return CreatedEnrollmentToken{std::move(row), std::move(secret.text)};
}

absl::Status Access::RevokeApiToken(const Call& call, const std::string& id) {
  absl::Status revoked = store_.RevokeApiToken(id, clock_());
  Forget();
  if (!revoked.ok()) return revoked;
  return RecordChange(call, absl::StrCat("apiTokens/", id));
}

}  // namespace muster::identity
