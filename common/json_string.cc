#include "common/json_string.h"

#include "absl/strings/str_cat.h"

namespace muster {

void AppendJsonString(absl::string_view text, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  out += '"';
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    absl::StrAppend(&out, text.substr(copied, i - copied));
    copied = i + 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += text[i];
    } else if (c == '\n') {
      out += "\\n";
    } else {
      out += "\\u00";
      out += kHex[c >> 4];
      out += kHex[c & 15];
    }
  }
  absl::StrAppend(&out, text.substr(copied), "\"");
}

}  // namespace muster
