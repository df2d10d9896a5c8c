// JSON documents put together as text, in the order in which they are written.
#ifndef MUSTER_DASHBOARD_API_TRANSCODER_JSON_TEXT_H_
#define MUSTER_DASHBOARD_API_TRANSCODER_JSON_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace muster::transcoder {

class JsonObject {
 public:
  JsonObject& Text(absl::string_view key, absl::string_view value);
  // Left out where the value is empty.
  JsonObject& OptionalText(absl::string_view key, absl::string_view value);
  JsonObject& Number(absl::string_view key, int64_t value);
  JsonObject& Bool(absl::string_view key, bool value);
  // A value that is JSON already.
  JsonObject& Json(absl::string_view key, absl::string_view json);
  JsonObject& Json(absl::string_view key, const JsonObject& object) {
    return Json(key, object.str());
  }

  bool empty() const { return members_.empty(); }
  std::string str() const { return "{" + members_ + "}"; }

 private:
  std::string members_;
};

// Of values that are JSON already.
std::string JsonArray(const std::vector<std::string>& values);
std::string JsonTextArray(const std::vector<std::string>& texts);

// The same document with line breaks and two spaces an indent.
std::string PrettyJson(absl::string_view compact);

}  // namespace muster::transcoder

#endif  // MUSTER_DASHBOARD_API_TRANSCODER_JSON_TEXT_H_
