#include "common/trace/trace_context.h"

#include "absl/strings/str_cat.h"

namespace muster::trace {
namespace {

constexpr size_t kVersion00Bytes = 55;
constexpr uint8_t kSampled = 0x01;
constexpr uint8_t kForbiddenVersion = 0xFF;

template <size_t kSize>
std::string HexOf(const std::array<uint8_t, kSize>& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * kSize);
  for (const uint8_t byte : bytes) {
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

// Upper-case digits are none: the header has them lower-case.
int ValueOf(char digit) {
  if (digit >= '0' && digit <= '9') return digit - '0';
  return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

template <size_t kSize>
bool ReadHex(absl::string_view hex, std::array<uint8_t, kSize>& bytes) {
  for (size_t i = 0; i < kSize; ++i) {
    const int high = ValueOf(hex[2 * i]), low = ValueOf(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return true;
}

}  // namespace

std::string ToHex(const TraceId& id) { return HexOf(id); }
std::string ToHex(const SpanId& id) { return HexOf(id); }

std::optional<SpanContext> ParseTraceParent(absl::string_view text) {
  if (text.size() < kVersion00Bytes || text[2] != '-' || text[35] != '-' || text[52] != '-') {
    return std::nullopt;
  }
  std::array<uint8_t, 1> version, flags;
  SpanContext context;
  if (!ReadHex(text.substr(0, 2), version) || !ReadHex(text.substr(3, 32), context.trace) ||
      !ReadHex(text.substr(36, 16), context.span) || !ReadHex(text.substr(53, 2), flags)) {
    return std::nullopt;
  }
  if (version[0] == kForbiddenVersion || !context.valid()) return std::nullopt;
  // Higher versions may have more behind a dash.
  const bool more = text.size() > kVersion00Bytes;
  if (more && (version[0] == 0 || text[kVersion00Bytes] != '-')) return std::nullopt;
  context.sampled = (flags[0] & kSampled) != 0;
  return context;
}

std::string FormatTraceParent(const SpanContext& context) {
  return absl::StrCat("00-", ToHex(context.trace), "-", ToHex(context.span),
                      context.sampled ? "-01" : "-00");
}

}  // namespace muster::trace
