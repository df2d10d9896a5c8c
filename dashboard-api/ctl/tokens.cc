#include "dashboard-api/ctl/tokens.h"

#include <google/protobuf/empty.pb.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {

absl::Status CreateToken(Client& client, const CreateTokenOptions& options, Console& console) {
  v1::CreateApiTokenRequest request;
  v1::Role role = v1::ROLE_UNSPECIFIED;
  v1::Role_Parse(absl::AsciiStrToUpper(options.role), &role);
  request.set_role(role);
  request.set_description(options.description);
  if (options.lifetime) *request.mutable_lifetime() = ToProto(*options.lifetime);
  v1::ApiToken token;
  auto created = client.Call(&v1::AccessService::Stub::CreateApiToken, request, &token);
  if (!created.ok()) return created;
  console.out << ForTerminal(token.token()) << "\n";
  console.out.flush();
  console.err << ForTerminal(token.name()) << ", " << v1::Role_Name(token.role()) << ", expires at "
              << InstantText(token.expires_at())
              << "; this is the only time that its text is shown\n";
  return absl::OkStatus();
}

absl::Status ListTokens(Client& client, const std::string& format, Console& console) {
  v1::ListApiTokensResponse response;
  auto listed =
      client.Call(&v1::AccessService::Stub::ListApiTokens, v1::ListApiTokensRequest(), &response);
  if (!listed.ok()) return listed;
  if (format == "json") {
    console.out << Json(response, /*pretty=*/true);
    return absl::OkStatus();
  }
  Table table({"TOKEN", "ROLE", "CREATED", "EXPIRES", "REVOKED", "DESCRIPTION"});
  for (const v1::ApiToken& token : response.api_tokens()) {
    table.Add({{token.name()},
               {v1::Role_Name(token.role())},
               {InstantText(token.created_at())},
               {InstantText(token.expires_at())},
               {InstantText(token.revoked_at())},
               {token.description()}});
  }
  console.out << table.ToText(console.colours);
  return absl::OkStatus();
}

absl::Status RevokeToken(Client& client, const std::string& id, Console& console) {
  v1::RevokeApiTokenRequest request;
  request.set_name(absl::StartsWith(id, "apiTokens/") ? id : absl::StrCat("apiTokens/", id));
  google::protobuf::Empty nothing;
  auto revoked = client.Call(&v1::AccessService::Stub::RevokeApiToken, request, &nothing);
  if (revoked.ok()) console.err << ForTerminal(request.name()) << " is revoked\n";
  return revoked;
}

absl::Status CreateEnrollmentToken(Client& client, const CreateEnrollmentTokenOptions& options,
                                   Console& console) {
  v1::CreateEnrollmentTokenRequest request;
  request.set_max_uses(options.uses);
  request.set_description(options.description);
  if (options.lifetime) *request.mutable_lifetime() = ToProto(*options.lifetime);
  v1::EnrollmentToken token;
  auto created = client.Call(&v1::AccessService::Stub::CreateEnrollmentToken, request, &token);
  if (!created.ok()) return created;
  console.out << ForTerminal(token.token()) << "\n";
  console.out.flush();
  console.err << ForTerminal(token.name()) << ", for " << token.max_uses()
              << (token.max_uses() == 1 ? " machine" : " machines") << ", expires at "
              << InstantText(token.expires_at())
              << "; this is the only time that its text is shown\n";
  return absl::OkStatus();
}

}  // namespace muster::ctl
