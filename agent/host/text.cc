#include "agent/host/text.h"

#include <cstdint>

#include "absl/strings/str_format.h"

namespace muster::host {
namespace {

// One character at the front of `text`: its length in bytes and its code point. Length 0: no UTF-8
// (RFC 3629).
struct Character {
  size_t length = 0;
  uint32_t code = 0;
};

Character Decode(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  const uint8_t lead = byte(0);
  if (lead < 0x80) return {1, lead};
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return {};
  uint32_t code = lead & (0xFF >> (length + 1));
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    code = code << 6 | (byte(i) & 0x3F);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF) return {};
  return {length, code};
}

bool IsUnsafe(uint32_t code) {
  return code < 0x20 || (code >= 0x7F && code < 0xA0) || (code >= 0x200E && code <= 0x200F) ||
         (code >= 0x2028 && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
}

std::string Clean(absl::string_view text, size_t max_bytes, bool for_display) {
  std::string clean;
  while (!text.empty()) {
    const Character character = Decode(text);
    const size_t length = character.length == 0 ? 1 : character.length;
    const bool escape = character.length == 0 || (for_display && IsUnsafe(character.code));
    if (clean.size() + (escape ? 4 * length : length) > max_bytes) {
      clean += "…";
      break;
    }
    for (const char byte : text.substr(0, length)) {
      if (escape) {
        absl::StrAppendFormat(&clean, "\\x%02x", static_cast<uint8_t>(byte));
      } else {
        clean += byte;
      }
    }
    text.remove_prefix(length);
  }
  return clean;
}

}  // namespace

std::string ValidUtf8(absl::string_view text, size_t max_bytes) {
  return Clean(text, max_bytes, false);
}

std::string Displayable(absl::string_view text, size_t max_bytes) {
  return Clean(text, max_bytes, true);
}

}  // namespace muster::host
