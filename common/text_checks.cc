#include "common/text_checks.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace muster {
namespace {

constexpr uint32_t kSmallestOfLength[] = {0, 0, 0x80, 0x800, 0x10000};

int SequenceLength(uint8_t lead) {
  if (lead < 0x80) return 1;
  if ((lead & 0xE0) == 0xC0) return 2;
  if ((lead & 0xF0) == 0xE0) return 3;
  if ((lead & 0xF8) == 0xF0) return 4;
  return 0;
}

// Takes one code point off the front (RFC 3629: shortest form, no surrogates); nothing where there
// is none.
std::optional<uint32_t> TakeCodePoint(absl::string_view& text) {
  auto lead = static_cast<uint8_t>(text[0]);
  int length = SequenceLength(lead);
  if (length == 0 || text.size() < static_cast<size_t>(length)) return std::nullopt;
  uint32_t code = length == 1 ? lead : lead & (0x7F >> length);
  for (int i = 1; i < length; ++i) {
    auto next = static_cast<uint8_t>(text[static_cast<size_t>(i)]);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    code = code << 6 | (next & 0x3F);
  }
  bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kSmallestOfLength[length] || code > 0x10FFFF || surrogate) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(length));
  return code;
}

}  // namespace

absl::Status CheckText(absl::string_view field, absl::string_view text, size_t max_bytes) {
  if (text.size() > max_bytes) {
    return absl::InvalidArgumentError(absl::StrCat(field, ": longer than ", max_bytes, " bytes"));
  }
  while (!text.empty()) {
    auto code = TakeCodePoint(text);
    if (!code) return absl::InvalidArgumentError(absl::StrCat(field, ": not valid UTF-8"));
    if (*code < 0x20 || (*code >= 0x7F && *code < 0xA0)) {
      return absl::InvalidArgumentError(absl::StrCat(field, ": contains a control character"));
    }
  }
  return absl::OkStatus();
}

bool IsUtf8(absl::string_view text) {
  while (!text.empty()) {
    if (!TakeCodePoint(text)) return false;
  }
  return true;
}

absl::Status CheckAttributes(const v1::MachineAttributes& attributes) {
  if (attributes.name().empty()) {
    return absl::InvalidArgumentError("attributes.name: the machine's computer name is missing");
  }
  const std::pair<absl::string_view, const std::string&> fields[] = {
      {"attributes.name", attributes.name()},
      {"attributes.domain", attributes.domain()},
      {"attributes.site", attributes.site()},
      {"attributes.organizational_unit", attributes.organizational_unit()},
      {"attributes.os", attributes.os()},
      {"attributes.os_version", attributes.os_version()},
      {"attributes.architecture", attributes.architecture()}};
  for (const auto& [field, text] : fields) {
    if (auto status = CheckText(field, text); !status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace muster
