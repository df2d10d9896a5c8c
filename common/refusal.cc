#include "common/refusal.h"

#include <google/rpc/error_details.pb.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster {
namespace {

// Of google.protobuf.Any.
constexpr char kTypePrefix[] = "type.googleapis.com/";

}  // namespace

absl::Status FailedPrecondition(absl::string_view type, absl::string_view subject,
                                absl::string_view description) {
  google::rpc::PreconditionFailure failure;
  auto* violation = failure.add_violations();
  violation->set_type(std::string(type));
  violation->set_subject(std::string(subject));
  violation->set_description(std::string(description));
  absl::Status status = absl::FailedPreconditionError(description);
  status.SetPayload(absl::StrCat(kTypePrefix, failure.GetTypeName()),
                    absl::Cord(failure.SerializeAsString()));
  return status;
}

void AddDetails(const absl::Status& status, google::rpc::Status& error) {
  status.ForEachPayload([&error](absl::string_view type, const absl::Cord& value) {
    if (!absl::StartsWith(type, kTypePrefix)) return;
    auto* detail = error.add_details();
    detail->set_type_url(std::string(type));
    detail->set_value(std::string(value));
  });
}

void AddErrorInfo(google::rpc::Status& error) {
  google::rpc::ErrorInfo info;
  info.set_reason(absl::StatusCodeToString(static_cast<absl::StatusCode>(error.code())));
  info.set_domain("muster");
  for (const auto& detail : error.details()) {
    if (detail.Is<google::rpc::ErrorInfo>()) return;
    google::rpc::PreconditionFailure failure;
    if (detail.UnpackTo(&failure) && failure.violations_size() > 0) {
      info.set_reason(failure.violations(0).type());
    }
  }
  error.add_details()->PackFrom(info);
}

}  // namespace muster
