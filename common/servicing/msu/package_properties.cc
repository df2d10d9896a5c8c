#include "common/servicing/msu/package_properties.h"

#include <cstdint>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace muster::servicing {
namespace {

constexpr uint32_t kReplacement = 0xFFFD;
constexpr size_t kMaxValueBytes = 256;

void AppendUtf8(uint32_t c, std::string& to) {
  if (c < 0x80) {
    to += static_cast<char>(c);
  } else if (c < 0x800) {
    to += static_cast<char>(0xC0 | c >> 6);
    to += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    to += static_cast<char>(0xE0 | c >> 12);
    to += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    to += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    to += static_cast<char>(0xF0 | c >> 18);
    to += static_cast<char>(0x80 | (c >> 12 & 0x3F));
    to += static_cast<char>(0x80 | (c >> 6 & 0x3F));
    to += static_cast<char>(0x80 | (c & 0x3F));
  }
}

std::string FromUtf16(absl::string_view bytes) {
  const auto unit = [bytes](size_t i) -> uint32_t {
    return static_cast<unsigned char>(bytes[i]) | static_cast<unsigned char>(bytes[i + 1]) << 8;
  };
  std::string text;
  for (size_t i = 0; i + 1 < bytes.size(); i += 2) {
    uint32_t c = unit(i);
    if (c >= 0xD800 && c < 0xE000) {
      const uint32_t low = c < 0xDC00 && i + 3 < bytes.size() ? unit(i + 2) : 0;
      if (low >= 0xDC00 && low < 0xE000) {
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        i += 2;
      } else {
        c = kReplacement;
      }
    }
    AppendUtf8(c, text);
  }
  return text;
}

// How many bytes the UTF-8 character at the beginning has; 0 where there is none.
size_t Utf8Length(absl::string_view text) {
  const auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  // Overlong forms, surrogates, beyond U+10FFFF.
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F) ||
      (first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) {
    return 0;
  }
  return length;
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string FromIso8859(absl::string_view bytes) {
  std::string text;
  for (const char c : bytes) AppendUtf8(static_cast<unsigned char>(c), text);
  return text;
}

std::string Decode(absl::string_view bytes) {
  if (absl::ConsumePrefix(&bytes, "\xFF\xFE")) return FromUtf16(bytes);
  if (bytes.size() >= 2 && bytes[0] != '\0' && bytes[1] == '\0') return FromUtf16(bytes);
  absl::ConsumePrefix(&bytes, "\xEF\xBB\xBF");
  return IsUtf8(bytes) ? std::string(bytes) : FromIso8859(bytes);
}

// Shown to people later: no control characters (C0, DEL, C1), a bounded length, whole characters.
std::string CleanValue(absl::string_view text) {
  std::string clean;
  while (!text.empty()) {
    const size_t length = Utf8Length(text);
    if (length == 0 || clean.size() + length > kMaxValueBytes) break;
    const bool is_c1 = text[0] == '\xC2' && static_cast<unsigned char>(text[1]) < 0xA0;
    if (absl::ascii_iscntrl(static_cast<unsigned char>(text[0])) || is_c1) {
      clean += '?';
    } else {
      clean.append(text.data(), length);
    }
    text.remove_prefix(length);
  }
  return clean;
}

}  // namespace

PackageProperties ParsePackageProperties(absl::string_view bytes) {
  PackageProperties properties;
  const std::pair<absl::string_view, std::string*> fields[] = {
      {"KB Article Number", &properties.kb_article_number},
      {"Processor Architecture", &properties.processor_architecture},
      {"Package Type", &properties.package_type},
      {"Applies to", &properties.applies_to}};
  const std::string text = Decode(bytes);
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const size_t equals = line.find('=');
    if (equals == absl::string_view::npos) continue;
    const absl::string_view name = absl::StripAsciiWhitespace(line.substr(0, equals));
    absl::string_view value = absl::StripAsciiWhitespace(line.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = absl::StripAsciiWhitespace(value.substr(1, value.size() - 2));
    }
    for (const auto& [known, field] : fields) {
      if (absl::EqualsIgnoreCase(name, known) && field->empty()) *field = CleanValue(value);
    }
  }
  return properties;
}

}  // namespace muster::servicing
