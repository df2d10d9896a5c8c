#include "server/operator/access_service.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/operator/field_checks.h"

namespace muster::operator_api {
namespace {

// All but the secret.
v1::ApiToken Describe(const identity::ApiTokenRow& row) {
  v1::ApiToken token;
  token.set_name(absl::StrCat("apiTokens/", row.id));
  token.set_description(row.description);
  token.set_role(row.role);
  *token.mutable_created_at() = ToProto(row.created_at);
  *token.mutable_expires_at() = ToProto(row.expires_at);
  if (row.revoked_at) *token.mutable_revoked_at() = ToProto(*row.revoked_at);
  return token;
}

v1::AuditEntry Describe(const identity::AuditRow& row) {
  v1::AuditEntry entry;
  entry.set_sequence(row.sequence);
  *entry.mutable_time() = ToProto(row.event.at);
  entry.set_actor(row.event.actor);
  entry.set_action(row.event.action);
  entry.set_subject(row.event.subject);
  entry.set_result(row.event.result);
  entry.set_hash(row.hash.ToBytes());
  return entry;
}

// A page token is the sequence that the page before ended with.
absl::StatusOr<int64_t> ReadPageToken(const std::string& token) {
  int64_t before = 0;
  if (token.empty()) return before;
  if (!absl::SimpleAtoi(token, &before) || before < 1) {
    return absl::InvalidArgumentError("page_token: not one that this method gave");
  }
  return before;
}

}  // namespace

AccessService::AccessService(identity::Access& access, Guard guard)
    : access_(access), guard_(guard) {}

grpc::Status AccessService::CreateEnrollmentToken(grpc::ServerContext* context,
                                                  const v1::CreateEnrollmentTokenRequest* request,
                                                  v1::EnrollmentToken* response) {
  auto run = [&](const identity::Call& call) {
    absl::StatusOr<absl::Duration> lifetime = identity::kDefaultEnrollmentTokenLifetime;
    if (request->has_lifetime()) lifetime = ReadDuration("lifetime", request->lifetime());
    if (!lifetime.ok()) return lifetime.status();
    auto created =
        access_.CreateEnrollmentToken(call, request->description(), request->max_uses(), *lifetime);
    if (!created.ok()) return created.status();
    response->set_name(absl::StrCat("enrollmentTokens/", created->row.id));
    response->set_token(created->text);
    response->set_max_uses(created->row.max_uses);
    *response->mutable_expires_at() = ToProto(created->row.expires_at);
    return absl::OkStatus();
  };
  return guard_.Run(*context, "muster.v1.AccessService.CreateEnrollmentToken", run);
}

grpc::Status AccessService::CreateApiToken(grpc::ServerContext* context,
                                           const v1::CreateApiTokenRequest* request,
                                           v1::ApiToken* response) {
  auto run = [&](const identity::Call& call) {
    absl::StatusOr<absl::Duration> lifetime = identity::kDefaultApiTokenLifetime;
    if (request->has_lifetime()) lifetime = ReadDuration("lifetime", request->lifetime());
    if (!lifetime.ok()) return lifetime.status();
    auto created = access_.CreateApiToken(call, request->description(), request->role(), *lifetime);
    if (!created.ok()) return created.status();
    *response = Describe(created->row);
    response->set_token(created->text);
    return absl::OkStatus();
  };
  return guard_.Run(*context, "muster.v1.AccessService.CreateApiToken", run);
}

grpc::Status AccessService::ListApiTokens(grpc::ServerContext* context,
                                          const v1::ListApiTokensRequest*,
                                          v1::ListApiTokensResponse* response) {
  return guard_.Run(*context, "muster.v1.AccessService.ListApiTokens", [&](const auto&) {
    auto rows = access_.ListApiTokens();
    if (!rows.ok()) return rows.status();
    for (const auto& row : *rows) *response->add_api_tokens() = Describe(row);
    return absl::OkStatus();
  });
}

grpc::Status AccessService::RevokeApiToken(grpc::ServerContext* context,
                                           const v1::RevokeApiTokenRequest* request,
                                           google::protobuf::Empty*) {
  auto run = [&](const identity::Call& call) {
    auto id = ResourceId("name", request->name(), "apiTokens");
    return id.ok() ? access_.RevokeApiToken(call, *id) : id.status();
  };
  return guard_.Run(*context, "muster.v1.AccessService.RevokeApiToken", run);
}

grpc::Status AccessService::ListAuditEntries(grpc::ServerContext* context,
                                             const v1::ListAuditEntriesRequest* request,
                                             v1::ListAuditEntriesResponse* response) {
  return guard_.Run(*context, "muster.v1.AccessService.ListAuditEntries", [&](const auto&) {
    auto page_size = PageSize(request->page_size());
    if (!page_size.ok()) return page_size.status();
    auto before = ReadPageToken(request->page_token());
    if (!before.ok()) return before.status();
    auto rows = access_.ListAudit(*before, *page_size);
    if (!rows.ok()) return rows.status();
    for (const auto& row : *rows) *response->add_audit_entries() = Describe(row);
    if (rows->size() == static_cast<size_t>(*page_size) && rows->back().sequence > 1) {
      response->set_next_page_token(absl::StrCat(rows->back().sequence));
    }
    return absl::OkStatus();
  });
}

}  // namespace muster::operator_api
