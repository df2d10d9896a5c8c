#include "dashboard-api/transcoder/errors.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/refusal.h"
#include "dashboard-api/transcoder/json_writer.h"
#include "google/rpc/error_details.pb.h"

namespace muster::transcoder {
namespace {

constexpr char kTypePrefix[] = "type.googleapis.com/";

void AppendDetail(const google::protobuf::Any& detail, std::string& out) {
  std::string json;
  if (google::protobuf::util::MessageToJsonString(detail, &json).ok()) {
    out += json;
    return;
  }
  out += "{\"@type\":";
  AppendJsonString(detail.type_url(), out);
  absl::StrAppend(&out, ",\"value\":\"", absl::Base64Escape(detail.value()), "\"}");
}

}  // namespace

absl::Status BadField(absl::string_view field, absl::string_view description) {
  google::rpc::BadRequest details;
  auto* violation = details.add_field_violations();
  violation->set_field(std::string(field));
  violation->set_description(std::string(description));
  absl::Status status = absl::InvalidArgumentError(absl::StrCat(field, ": ", description));
  status.SetPayload(absl::StrCat(kTypePrefix, details.GetTypeName()),
                    absl::Cord(details.SerializeAsString()));
  return status;
}

google::rpc::Status ToRpcStatus(const absl::Status& status) {
  google::rpc::Status result;
  result.set_code(static_cast<int>(status.code()));
  result.set_message(std::string(status.message()));
  AddDetails(status, result);
  return result;
}

int HttpCodeOf(int rpc_code) {
  switch (static_cast<absl::StatusCode>(rpc_code)) {
    case absl::StatusCode::kOk:
      return 200;
    case absl::StatusCode::kCancelled:
      return 499;
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kFailedPrecondition:
    case absl::StatusCode::kOutOfRange:
      return 400;
    case absl::StatusCode::kUnauthenticated:
      return 401;
    case absl::StatusCode::kPermissionDenied:
      return 403;
    case absl::StatusCode::kNotFound:
      return 404;
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kAlreadyExists:
      return 409;
    case absl::StatusCode::kResourceExhausted:
      return 429;
    case absl::StatusCode::kUnimplemented:
      return 501;
    case absl::StatusCode::kUnavailable:
      return 503;
    case absl::StatusCode::kDeadlineExceeded:
      return 504;
    default:
      return 500;
  }
}

std::string NameOf(int rpc_code) {
  return absl::StatusCodeToString(static_cast<absl::StatusCode>(rpc_code));
}

std::string ErrorJson(google::rpc::Status status, int http_code) {
  AddErrorInfo(status);
  std::string out = absl::StrCat("{\"error\":{\"code\":", http_code, ",\"message\":");
  AppendJsonString(status.message(), out);
  absl::StrAppend(&out, ",\"status\":\"", NameOf(status.code()), "\",\"details\":[");
  for (int i = 0; i < status.details_size(); ++i) {
    if (i != 0) out += ',';
    AppendDetail(status.details(i), out);
  }
  out += "]}}";
  return out;
}

std::optional<absl::Duration> RetryDelay(const google::rpc::Status& status) {
  for (const auto& detail : status.details()) {
    google::rpc::RetryInfo info;
    if (detail.UnpackTo(&info)) {
      return absl::Seconds(info.retry_delay().seconds()) +
             absl::Nanoseconds(info.retry_delay().nanos());
    }
  }
  return std::nullopt;
}

}  // namespace muster::transcoder
