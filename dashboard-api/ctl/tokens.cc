#include "dashboard-api/ctl/tokens.h"

#include <google/protobuf/empty.pb.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

constexpr char kOnlyTime[] = "; this is the only time that its text is shown\n";

}  // namespace

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
  Table table({"TOKEN", "ROLE", "EXPIRES", "DESCRIPTION", "SECRET"});
  table.Add({{token.name()},
             {v1::Role_Name(token.role())},
             {InstantText(token.expires_at())},
             {token.description()},
             {token.token()}});
  return WriteChange(token, absl::StrCat(ForTerminal(token.token()), "\n"), table, console,
                     absl::StrCat(ForTerminal(token.name()), ", ", v1::Role_Name(token.role()),
                                  ", expires at ", InstantText(token.expires_at()), kOnlyTime));
}

absl::Status ListTokens(Client& client, const NoOptions&, Console& console) {
  v1::ListApiTokensResponse response;
  auto listed =
      client.Call(&v1::AccessService::Stub::ListApiTokens, v1::ListApiTokensRequest(), &response);
  if (!listed.ok()) return listed;
  Table table({"TOKEN", "ROLE", "CREATED", "EXPIRES", "REVOKED", "DESCRIPTION"});
  for (const v1::ApiToken& token : response.api_tokens()) {
    table.Add({{token.name()},
               {v1::Role_Name(token.role())},
               {InstantText(token.created_at())},
               {InstantText(token.expires_at())},
               {InstantText(token.revoked_at())},
               {token.description()}});
  }
  return Write(response, table, console);
}

absl::Status RevokeToken(Client& client, const std::string& id, Console& console) {
  v1::RevokeApiTokenRequest request;
  request.set_name(ResourceName("apiTokens", id));
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
  Table table({"TOKEN", "USES", "EXPIRES", "SECRET"});
  table.Add({{token.name()},
             {absl::StrCat(token.max_uses())},
             {InstantText(token.expires_at())},
             {token.token()}});
  return WriteChange(token, absl::StrCat(ForTerminal(token.token()), "\n"), table, console,
                     absl::StrCat(ForTerminal(token.name()), ", for ", token.max_uses(),
                                  token.max_uses() == 1 ? " machine" : " machines", ", expires at ",
                                  InstantText(token.expires_at()), kOnlyTime));
}

}  // namespace muster::ctl
