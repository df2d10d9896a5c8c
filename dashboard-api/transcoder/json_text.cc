#include "dashboard-api/transcoder/json_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dashboard-api/transcoder/json_writer.h"

namespace muster::transcoder {

JsonObject& JsonObject::Json(absl::string_view key, absl::string_view json) {
  if (!members_.empty()) members_ += ',';
  AppendJsonString(key, members_);
  absl::StrAppend(&members_, ":", json);
  return *this;
}

JsonObject& JsonObject::Text(absl::string_view key, absl::string_view value) {
  std::string json;
  AppendJsonString(value, json);
  return Json(key, json);
}

JsonObject& JsonObject::OptionalText(absl::string_view key, absl::string_view value) {
  return value.empty() ? *this : Text(key, value);
}

JsonObject& JsonObject::Number(absl::string_view key, int64_t value) {
  return Json(key, absl::StrCat(value));
}

JsonObject& JsonObject::Bool(absl::string_view key, bool value) {
  return Json(key, value ? "true" : "false");
}

std::string JsonArray(const std::vector<std::string>& values) {
  return absl::StrCat("[", absl::StrJoin(values, ","), "]");
}

std::string JsonTextArray(const std::vector<std::string>& texts) {
  std::vector<std::string> values;
  for (const std::string& text : texts) AppendJsonString(text, values.emplace_back());
  return JsonArray(values);
}

std::string PrettyJson(absl::string_view compact) {
  std::string out;
  size_t depth = 0;
  bool in_string = false;
  const auto new_line = [&out, &depth] {
    out += '\n';
    out.append(2 * depth, ' ');
  };
  for (size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (in_string) {
      out += c;
      if (c == '\\') out += compact[++i];
      if (c == '"') in_string = false;
    } else if (c == '{' || c == '[') {
      out += c;
      if (i + 1 < compact.size() && (compact[i + 1] == '}' || compact[i + 1] == ']')) {
        out += compact[++i];
      } else {
        ++depth;
        new_line();
      }
    } else if (c == '}' || c == ']') {
      --depth;
      new_line();
      out += c;
    } else if (c == ',') {
      out += c;
      new_line();
    } else {
      out += c;
      if (c == ':') out += ' ';
      in_string = c == '"';
    }
  }
  out += '\n';
  return out;
}

}  // namespace muster::transcoder
