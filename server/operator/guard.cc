#include "server/operator/guard.h"

#include <string>

#include "absl/strings/match.h"

namespace muster::operator_api {
namespace {

constexpr absl::string_view kScheme = "Bearer ";

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()), std::string(status.message())};
}

// The token of exactly one `authorization: Bearer` entry; empty where there is none. The scheme's
// letter case does not matter (RFC 9110, 11.1).
std::string Guard::BearerToken(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  if (metadata.count("authorization") != 1) return {};
  const grpc::string_ref& value = metadata.find("authorization")->second;
  absl::string_view text(value.data(), value.size());
  if (!absl::StartsWithIgnoreCase(text, kScheme)) return {};
  return std::string(text.substr(kScheme.size()));
}

absl::StatusOr<identity::Call> Guard::Admit(absl::string_view token, absl::string_view method) {
  auto principal = access_->Admit(token, method);
  if (!principal.ok()) return principal.status();
  return identity::Call{std::move(principal->name), std::string(method)};
}

}  // namespace muster::operator_api
