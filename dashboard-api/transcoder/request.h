// From path, query and body to the message that an RPC takes. Pure functions.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_REQUEST_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_REQUEST_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dashboard-api/transcoder/routes.h"
#include "dashboard-api/transcoder/url.h"

namespace muster::transcoder {

// Parameters that speak of the answer, on every route: fields (or $fields), format, bom.
struct AnswerParameters {
  std::string fields;            // a field mask
  std::string format;            // "json", "csv", "jsonl"; empty: as Accept says
  bool byte_order_mark = false;  // before CSV, for spreadsheets that ask for one
};

struct BoundRequest {
  std::unique_ptr<google::protobuf::Message> message;
  AnswerParameters answer;
};

// The request that a route's RPC takes. Path variables win over the body. `body` is JSON; empty is
// the same as {}. INVALID_ARGUMENT, with a google.rpc.BadRequest that names the field, for what is
// unknown, given twice, or not of its type.
absl::StatusOr<BoundRequest> BindRequest(const RouteMatch& match, const QueryParameters& query,
                                         const std::string& body);

// Sets one field, named by a path such as "user.name", from its text: numbers, true and false,
// enums by name, Timestamp, Duration and FieldMask as in JSON, bytes as base64. A repeated field
// gets one more element.
absl::Status SetField(google::protobuf::Message& message, absl::string_view path,
                      const std::string& text);

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_REQUEST_H_
