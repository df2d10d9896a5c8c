#include "dashboard-api/ctl/console.h"

#include <google/protobuf/util/json_util.h>

namespace muster::ctl {

std::string Json(const google::protobuf::Message& message, bool pretty) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = pretty;
  std::string json;
  // Fails only for messages with Any or malformed well-known types, and the server's answers have
  // neither.
  auto printed = google::protobuf::util::MessageToJsonString(message, &json, options);
  return printed.ok() ? json : "{}";
}

}  // namespace muster::ctl
