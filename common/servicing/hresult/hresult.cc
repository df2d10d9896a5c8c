#include "common/servicing/hresult/hresult.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/servicing/hresult/hresult_table.h"

namespace muster::servicing {
namespace {

absl::Status NotUnderstood(absl::string_view text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", absl::CHexEscape(text.substr(0, 60)),
                   "\" is no HRESULT that can be read: write hexadecimal (0x800B0101 or 800b0101), "
                   "decimal (2148204801 or -2146762495) or a known symbol (CERT_E_EXPIRED)"));
}

// Eight hex digits without 0x. All digits can be decimal, too: they are hex where they start with 8
// (every failure that servicing reports does) or 0 (nobody writes a decimal number so); 10000000
// stays decimal.
bool IsBareHex(absl::string_view text) {
  if (text.size() != 8 || !std::all_of(text.begin(), text.end(), absl::ascii_isxdigit)) {
    return false;
  }
  const bool letters = std::any_of(text.begin(), text.end(), absl::ascii_isalpha);
  return letters || text[0] == '8' || text[0] == '0';
}

bool ParseHex(absl::string_view digits, uint32_t& code) {
  return !digits.empty() && digits.size() <= 8 &&
         std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit) &&
         absl::SimpleHexAtoi(digits, &code);
}

}  // namespace

const HresultInfo* FindHresult(uint32_t code) {
  for (const auto part : {TrustHresults(), ServicingHresults(), SystemHresults()}) {
    const auto found =
        std::lower_bound(part.begin(), part.end(), code,
                         [](const HresultInfo& info, uint32_t c) { return info.code < c; });
    if (found != part.end() && found->code == code) return &*found;
  }
  return nullptr;
}

const HresultInfo* FindHresultByName(absl::string_view name) {
  const HresultInfo* found = nullptr;
  for (const auto part : {TrustHresults(), ServicingHresults(), SystemHresults()}) {
    for (const HresultInfo& info : part) {
      // The last one: an exit code and the HRESULT that wraps it share a name, and the HRESULT
      // sorts behind it.
      if (absl::EqualsIgnoreCase(info.name, name)) found = &info;
    }
  }
  return found;
}

absl::StatusOr<uint32_t> ParseHresult(absl::string_view text) {
  absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  // CBS.log puts the symbol beside the code.
  if (absl::StartsWithIgnoreCase(trimmed, "0x")) trimmed = trimmed.substr(0, trimmed.find(" - "));
  uint32_t code = 0;
  if (absl::StartsWithIgnoreCase(trimmed, "0x")) {
    if (ParseHex(trimmed.substr(2), code)) return code;
    return NotUnderstood(text);
  }
  if (IsBareHex(trimmed) && ParseHex(trimmed, code)) return code;
  int64_t number = 0;
  if (absl::SimpleAtoi(trimmed, &number)) {
    if (number < INT32_MIN || number > int64_t{UINT32_MAX}) return NotUnderstood(text);
    return static_cast<uint32_t>(number);
  }
  if (const HresultInfo* info = FindHresultByName(trimmed)) return info->code;
  return NotUnderstood(text);
}

std::string FormatHresult(uint32_t code) { return absl::StrFormat("0x%08X", code); }

absl::string_view HresultName(uint32_t code) {
  const HresultInfo* info = FindHresult(code);
  return info == nullptr ? absl::string_view() : info->name;
}

}  // namespace muster::servicing
