// Errors as HTTP tells them (AIP-193): {"error":{"code":404,"message":"…","status":"NOT_FOUND",
// "details":[…]}}. Pure functions.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_ERRORS_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_ERRORS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/rpc/status.pb.h"

namespace muster::transcoder {

// INVALID_ARGUMENT "field: description" with a google.rpc.BadRequest as payload.
absl::Status BadField(absl::string_view field, absl::string_view description);

// A status with its payloads as details.
google::rpc::Status ToRpcStatus(const absl::Status& status);

// As google/rpc/code.proto maps them; 499 for CANCELLED.
int HttpCodeOf(int rpc_code);
// "NOT_FOUND".
std::string NameOf(int rpc_code);

// The JSON object, its details with an ErrorInfo at least. `http_code` is what it says as code.
// Details of types that are not known here are given as base64.
std::string ErrorJson(google::rpc::Status status, int http_code);

// How long google.rpc.RetryInfo asks to wait.
std::optional<absl::Duration> RetryDelay(const google::rpc::Status& status);

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_ERRORS_H_
