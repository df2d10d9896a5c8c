#include "server/identity/access.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/text_checks.h"
#include "server/identity/secret.h"

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

Access::Access(Store& store, Clock clock, AccessOptions options)
    : store_(store), clock_(std::move(clock)), options_(options) {}

absl::StatusOr<std::optional<ApiTokenRow>> Access::FindToken(const Digest& hash, absl::Time now) {
  int64_t revocations = 0;
  {
    absl::MutexLock lock(&mutex_);
    auto found = cache_.find(hash);
    if (found != cache_.end() && now < found->second.until) return found->second.row;
    revocations = revocations_;
  }
  auto row = store_.FindApiToken(hash);
  if (!row.ok() || !row->has_value()) return row;  // what is unknown could fill the cache
  absl::MutexLock lock(&mutex_);
  if (revocations == revocations_) {
    if (cache_.size() >= options_.max_cached_tokens) cache_.clear();
    cache_.insert_or_assign(hash, Cached{**row, now + options_.cache_ttl});
  }
  return row;
}

absl::Status Access::Authenticate(absl::string_view token, absl::Time now, Principal& principal) {
  principal = {kAnonymous, v1::ROLE_UNSPECIFIED};
  if (token.empty()) {
    return absl::UnauthenticatedError(
        "an API token is missing: send `authorization: Bearer muster_api_...`");
  }
  auto hash = SecretHash(SecretKind::kApi, token);
  if (!hash) return absl::UnauthenticatedError("the API token is unknown");
  auto row = FindToken(*hash, now);
  if (!row.ok()) return row.status();
  if (!row->has_value()) return absl::UnauthenticatedError("the API token is unknown");
  principal.name = absl::StrCat("apiTokens/", (*row)->id);
  if ((*row)->revoked_at) return absl::UnauthenticatedError("the API token was revoked");
  if (now >= (*row)->expires_at) return absl::UnauthenticatedError("the API token has expired");
  principal.role = (*row)->role;
  return absl::OkStatus();
}

absl::Status Access::Authorize(const Principal& principal, absl::string_view method) {
  v1::Role required = RequiredRole(method);
  if (required != v1::ROLE_UNSPECIFIED && v1::Role_IsValid(principal.role) &&
      principal.role >= required) {
    return absl::OkStatus();
  }
  if (required == v1::ROLE_UNSPECIFIED) {
    return absl::PermissionDeniedError(
        absl::StrCat(method, " declares no role: nobody may call it"));
  }
  return absl::PermissionDeniedError(absl::StrCat(method, " needs the role ",
                                                  v1::Role_Name(required), ", the API token has ",
                                                  v1::Role_Name(principal.role)));
}

absl::StatusOr<Principal> Access::Admit(absl::string_view token, absl::string_view method) {
  absl::Time now = clock_();
  Principal principal;
  absl::Status admitted = Authenticate(token, now, principal);
  if (admitted.ok()) admitted = Authorize(principal, method);
  if (admitted.ok()) return principal;
  if (absl::IsUnauthenticated(admitted) || absl::IsPermissionDenied(admitted)) {
    denials_.Record(
        {now, principal.name, std::string(method), "", absl::StatusCodeToString(admitted.code())});
  }
  return admitted;
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
  {
    absl::MutexLock lock(&mutex_);
    cache_.clear();
    ++revocations_;
  }
  if (!revoked.ok()) return revoked;
  return RecordChange(call, absl::StrCat("apiTokens/", id));
}

}  // namespace muster::identity
