#include "dashboard-api/ctl/safe_text.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace muster::ctl {
namespace {

struct CodePoint {
  uint32_t value = 0;
  size_t size = 0;  // bytes; 0 where the text does not begin with well-formed UTF-8
};

// RFC 3629: shortest form, no surrogates.
CodePoint First(absl::string_view text) {
  auto byte = [&](size_t i) { return static_cast<uint8_t>(text[i]); };
  uint8_t lead = byte(0);
  size_t size = lead < 0x80             ? 1
                : (lead & 0xE0) == 0xC0 ? 2
                : (lead & 0xF0) == 0xE0 ? 3
                : (lead & 0xF8) == 0xF0 ? 4
                                        : 0;
  if (size == 0 || size > text.size()) return {};
  uint32_t value = size == 1 ? lead : lead & (0x7Fu >> size);
  for (size_t i = 1; i < size; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return {};
    value = value << 6 | (byte(i) & 0x3Fu);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  if (value < kSmallest[size] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) {
    return {};
  }
  return {value, size};
}

bool IsControl(uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

// Marks that reorder or break a line: zero-width and direction marks, separators, the byte order
// mark.
bool Misleads(uint32_t code) {
  return (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
         (code >= 0x2060 && code <= 0x2069) || code == 0xFEFF || code == 0x061C;
}

}  // namespace

std::string ForTerminal(absl::string_view text) {
  std::string safe;
  while (!text.empty()) {
    CodePoint code = First(text);
    if (code.size == 0) {
      absl::StrAppend(&safe, "\\x", absl::Hex(static_cast<uint8_t>(text[0]), absl::kZeroPad2));
      text.remove_prefix(1);
      continue;
    }
    if (IsControl(code.value)) {
      absl::StrAppend(&safe, "\\x", absl::Hex(code.value, absl::kZeroPad2));
    } else if (Misleads(code.value)) {
      absl::StrAppend(&safe, "\\u{", absl::Hex(code.value), "}");
    } else {
      absl::StrAppend(&safe, text.substr(0, code.size));
    }
    text.remove_prefix(code.size);
  }
  return safe;
}

size_t Columns(absl::string_view text) {
  size_t columns = 0;
  for (char c : text) columns += (static_cast<uint8_t>(c) & 0xC0) != 0x80;
  return columns;
}

std::string Shorten(const std::string& text, size_t columns) {
  if (Columns(text) <= columns) return text;
  size_t end = 0;
  for (size_t seen = 0; end < text.size(); ++end) {
    bool starts = (static_cast<uint8_t>(text[end]) & 0xC0) != 0x80;
    if (starts && ++seen == columns) break;
  }
  return absl::StrCat(text.substr(0, end), "…");
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) {
    if (!line.empty() || &field != &fields.front()) line += ',';
    bool formula =
        !field.empty() && absl::string_view("=+-@\t\r").find(field[0]) != absl::string_view::npos;
    std::string text = formula ? absl::StrCat("'", field) : field;
    if (text.find_first_of(",\"\r\n") == std::string::npos) {
      line += text;
    } else {
      absl::StrAppend(&line, "\"", absl::StrReplaceAll(text, {{"\"", "\"\""}}), "\"");
    }
  }
  return line + "\r\n";
}

}  // namespace muster::ctl
