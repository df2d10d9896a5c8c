#include "common/servicing/catalog/der.h"

#include <openssl/asn1.h>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace muster::servicing {
namespace {

uint16_t CodeUnit(absl::string_view bytes, size_t at, bool little) {
  const auto first = static_cast<uint8_t>(bytes[at]);
  const auto second = static_cast<uint8_t>(bytes[at + 1]);
  return little ? static_cast<uint16_t>(first | second << 8)
                : static_cast<uint16_t>(second | first << 8);
}

void AppendUtf8(uint32_t code, std::string& out) {
  if (code < 0x80) {
    out.push_back(static_cast<char>(code));
  } else if (code < 0x800) {
    out.push_back(static_cast<char>(0xc0 | code >> 6));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else if (code < 0x10000) {
    out.push_back(static_cast<char>(0xe0 | code >> 12));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  } else {
    out.push_back(static_cast<char>(0xf0 | code >> 18));
    out.push_back(static_cast<char>(0x80 | (code >> 12 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code >> 6 & 0x3f)));
    out.push_back(static_cast<char>(0x80 | (code & 0x3f)));
  }
}

std::string Utf16Text(absl::string_view bytes, bool little) {
  constexpr uint32_t kReplacement = 0xfffd;
  std::string text;
  text.reserve(bytes.size() / 2);
  size_t at = 0;
  for (; at + 1 < bytes.size(); at += 2) {
    uint32_t code = CodeUnit(bytes, at, little);
    if (code == 0) return text;
    if (code >= 0xd800 && code < 0xe000) {
      const uint32_t low =
          code < 0xdc00 && at + 3 < bytes.size() ? CodeUnit(bytes, at + 2, little) : 0;
      if (low >= 0xdc00 && low < 0xe000) {
        code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
        at += 2;
      } else {
        code = kReplacement;
      }
    }
    AppendUtf8(code, text);
  }
  if (at < bytes.size()) AppendUtf8(kReplacement, text);
  return text;
}

bool TakeDigits(absl::string_view& text, size_t count, int& value) {
  if (text.size() < count) return false;
  value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return true;
}

// ".25" -> a quarter of a second; takes it off `text`.
absl::Duration TakeFraction(absl::string_view& text) {
  absl::Duration fraction;
  if (text.empty() || text.front() != '.') return fraction;
  text.remove_prefix(1);
  int digit = 0;
  for (absl::Duration unit = absl::Milliseconds(100); TakeDigits(text, 1, digit); unit /= 10) {
    fraction += digit * unit;
  }
  return fraction;
}

}  // namespace

bool DerReader::Fail(const std::string& message) {
  if (status_.ok()) status_ = absl::InvalidArgumentError(message);
  return false;
}

bool DerReader::Next(DerElement& element) {
  if (!status_.ok()) return false;
  if (rest_.empty()) return Fail("an element is missing: the data ends");
  const auto* start = reinterpret_cast<const unsigned char*>(rest_.data());
  const unsigned char* at = start;
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  const int form = ASN1_get_object(&at, &length, &tag, &tag_class, static_cast<long>(rest_.size()));
  if ((form & 0x80) != 0 || (form & 1) != 0 || tag >= V_ASN1_PRIMITIVE_TAG) {
    return Fail(absl::StrFormat("no DER element fits the %d bytes that begin with 0x%02x",
                                rest_.size(), start[0]));
  }
  const auto header = static_cast<size_t>(at - start);
  element.tag = start[0];
  element.whole = rest_.substr(0, header + static_cast<size_t>(length));
  element.content = element.whole.substr(header);
  rest_.remove_prefix(element.whole.size());
  return true;
}

bool DerReader::Expect(DerTag tag, absl::string_view what, DerElement& element) {
  if (!status_.ok()) return false;
  if (AtEnd()) return Fail(absl::StrCat(what, " is missing: the data ends"));
  if (PeekTag() != tag) {
    return Fail(absl::StrFormat("%s is missing: expected tag 0x%02x, found 0x%02x", what,
                                static_cast<int>(tag), static_cast<int>(PeekTag())));
  }
  if (Next(element)) return true;
  status_ = absl::InvalidArgumentError(absl::StrCat(what, ": ", status_.message()));
  return false;
}

bool DerReader::SkipIf(DerTag tag) {
  DerElement skipped;
  return PeekTag() != tag || Next(skipped);
}

std::string OidText(absl::string_view content) {
  std::string text;
  uint64_t arc = 0;
  bool inside = false;
  for (const char c : content) {
    const auto octet = static_cast<uint8_t>(c);
    if (arc > (UINT64_MAX >> 7)) return "";
    arc = arc << 7 | (octet & 0x7f);
    inside = (octet & 0x80) != 0;
    if (inside) continue;
    if (text.empty()) {
      const uint64_t root = arc < 80 ? arc / 40 : 2;
      absl::StrAppend(&text, root, ".", arc - root * 40);
    } else {
      absl::StrAppend(&text, ".", arc);
    }
    arc = 0;
  }
  return inside ? "" : text;
}

absl::StatusOr<absl::Time> ParseDerTime(const DerElement& element) {
  const auto error = [&] {
    return absl::InvalidArgumentError(absl::StrCat(
        "no time in UTC of the form YYMMDDhhmmssZ or YYYYMMDDhhmmssZ: ", element.content.size(),
        " bytes with tag ", static_cast<int>(element.tag)));
  };
  absl::string_view text = element.content;
  int year = 0;
  if (element.tag == kDerUtcTime) {
    if (!TakeDigits(text, 2, year)) return error();
    year += year < 50 ? 2000 : 1900;
  } else if (element.tag != kDerGeneralizedTime || !TakeDigits(text, 4, year)) {
    return error();
  }
  int part[5];  // month, day, hour, minute, second
  for (int& value : part) {
    if (!TakeDigits(text, 2, value)) return error();
  }
  absl::Duration fraction;
  if (element.tag == kDerGeneralizedTime) fraction = TakeFraction(text);
  const absl::CivilSecond civil(year, part[0], part[1], part[2], part[3], part[4]);
  const bool normal = civil.month() == part[0] && civil.day() == part[1] &&
                      civil.hour() == part[2] && civil.minute() == part[3] &&
                      civil.second() == part[4];
  if (text != "Z" || !normal) return error();
  return absl::FromCivil(civil, absl::UTCTimeZone()) + fraction;
}

std::string Utf16LeText(absl::string_view bytes) { return Utf16Text(bytes, true); }
std::string Utf16BeText(absl::string_view bytes) { return Utf16Text(bytes, false); }

}  // namespace muster::servicing
