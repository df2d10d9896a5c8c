#include "server/operator/guard.h"

#include <google/rpc/error_details.pb.h>
#include <google/rpc/status.pb.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "common/proto_time.h"
#include "common/refusal.h"
#include "server/identity/users.h"

namespace muster::operator_api {
namespace {

constexpr absl::string_view kScheme = "Bearer ";
constexpr size_t kMaxRequestIdBytes = 128;
// A longer message would not go into gRPC's 8 KiB of metadata a second time.
constexpr size_t kMaxDetailedBytes = 1024;

// "page_size" of "page_size: must not be negative", "filter" of "filter, byte 11: …": what is wrong
// with a request begins with the field's path. Empty where the message does not.
absl::string_view FieldOf(const absl::Status& status) {
  const absl::string_view message = status.message();
  if (!absl::IsInvalidArgument(status)) return {};
  const auto* end = std::ranges::find_if_not(message, [](unsigned char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '.';
  });
  const absl::string_view field = message.substr(0, static_cast<size_t>(end - message.begin()));
  const absl::string_view rest = message.substr(field.size());
  return absl::StartsWith(rest, ": ") || absl::StartsWith(rest, ", byte ") ? field
                                                                           : absl::string_view();
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const auto code = static_cast<grpc::StatusCode>(status.code());
  google::rpc::Status details;
  details.set_code(code);
  details.set_message(std::string(status.message()));
  if (details.message().size() > kMaxDetailedBytes) return {code, details.message()};
  if (const auto retry_after = identity::RetryAfter(status)) {
    google::rpc::RetryInfo retry;
    *retry.mutable_retry_delay() = ToProto(*retry_after);
    details.add_details()->PackFrom(retry);
  }
  if (absl::string_view field = FieldOf(status); !field.empty()) {
    google::rpc::BadRequest bad;
    auto* violation = bad.add_field_violations();
    violation->set_field(std::string(field));
    violation->set_description(std::string(status.message().substr(field.size() + 2)));
    details.add_details()->PackFrom(bad);
  }
  AddDetails(status, details);
  AddErrorInfo(details);
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
