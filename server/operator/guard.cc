#include "server/operator/guard.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/proto_time.h"
#include "server/identity/users.h"

namespace muster::operator_api {
namespace {

constexpr absl::string_view kScheme = "Bearer ";
constexpr size_t kMaxRequestIdBytes = 128;

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());
  const auto retry_after = identity::RetryAfter(status);
  if (!retry_after) return {code, std::string(status.message())};
  google::rpc::RetryInfo retry;
  *retry.mutable_retry_delay() = ToProto(*retry_after);
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(std::string(status.message()));
  details.add_details()->PackFrom(retry);
  return {code, details.message(), details.SerializeAsString()};
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

std::string Guard::RequestId(const grpc::ServerContextBase& context) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find("x-request-id");
  if (found == metadata.end()) return {};
  std::string id(found->second.data(), found->second.size());
  const bool well_formed =
      id.size() <= kMaxRequestIdBytes &&
      std::ranges::all_of(id, [](unsigned char c) { return absl::ascii_isgraph(c); });
  return well_formed ? id : std::string();
}

trace::Span Guard::StartSpan(const grpc::ServerContextBase& context,
                             absl::string_view method) const {
  const auto& metadata = context.client_metadata();
  trace::SpanContext caller;
  if (metadata.count(trace::kTraceParent) == 1) {
    const grpc::string_ref& value = metadata.find(trace::kTraceParent)->second;
    caller = trace::ParseTraceParent({value.data(), value.size()}).value_or(caller);
  }
  return trace::StartRpcSpan(*tracer_, trace::SpanKind::kServer, method, caller);
}

void Guard::LogFault(absl::string_view method, const absl::Status& status) {
  if (!absl::IsInternal(status) && !absl::IsUnknown(status) && !absl::IsDataLoss(status)) return;
  spdlog::error("{}: {}", std::string(method), status.ToString());
}

absl::StatusOr<identity::Call> Guard::Admit(absl::string_view token, absl::string_view method) {
  auto principal = access_->Admit(token, method);
  if (!principal.ok()) return principal.status();
  identity::Call call{principal->name, std::string(method), principal->session, {}};
  call.principal = *std::move(principal);
  return call;
}

}  // namespace muster::operator_api
