#include "common/orders/source.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/text_checks.h"

namespace muster::orders {
namespace {

constexpr size_t kMaxHostBytes = 253;  // RFC 1035

absl::Status Bad(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

bool IsHost(absl::string_view host) {
  if (host.empty() || host.size() > kMaxHostBytes) return false;
  const bool bracketed = absl::ConsumePrefix(&host, "[") && absl::ConsumeSuffix(&host, "]");
  return !host.empty() && std::all_of(host.begin(), host.end(), [bracketed](char c) {
    return bracketed ? absl::ascii_isxdigit(static_cast<unsigned char>(c)) || c == ':' || c == '.'
                     : absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.';
  });
}

bool IsPort(absl::string_view port) {
  uint32_t number = 0;
  return !port.empty() && std::all_of(port.begin(), port.end(), absl::ascii_isdigit) &&
         absl::SimpleAtoi(port, &number) && number >= 1 && number <= 65535;
}

// RFC 3986, section 3.3.
bool IsPath(absl::string_view path) {
  for (size_t i = 0; i < path.size(); ++i) {
    const auto c = static_cast<unsigned char>(path[i]);
    if (c == '%') {
      if (i + 2 >= path.size() || !absl::ascii_isxdigit(static_cast<unsigned char>(path[i + 1])) ||
          !absl::ascii_isxdigit(static_cast<unsigned char>(path[i + 2]))) {
        return false;
      }
    } else if (!absl::ascii_isalnum(c) && !absl::StrContains("/-._~!$&'()*+,;=:@", path[i])) {
      return false;
    }
  }
  return true;
}

// What is behind "http://".
absl::Status CheckAddress(absl::string_view field, absl::string_view address) {
  const size_t slash = std::min(address.find('/'), address.size());
  absl::string_view host = address.substr(0, slash);
  if (absl::StrContains(address, '?') || absl::StrContains(address, '#')) {
    return Bad(field, "the address of a folder has no ? and no #");
  }
  if (absl::StrContains(host, '@')) {
    return Bad(field, "an address with a user name: every machine would see it");
  }
  const size_t colon = host.rfind(':');
  const size_t bracket = host.rfind(']');
  if (colon != absl::string_view::npos && (bracket == absl::string_view::npos || colon > bracket)) {
    if (!IsPort(host.substr(colon + 1))) return Bad(field, "the port must be 1 to 65535");
    host = host.substr(0, colon);
  }
  if (!IsHost(host)) return Bad(field, "the address has no host, or one that is none");
  if (!IsPath(address.substr(slash))) {
    return Bad(field, "the path of an address is of letters, digits, -._~!$&'()*+,;=:@/ and %XX");
  }
  return absl::OkStatus();
}

// The length of "http://" or "https://" in front; 0 where neither is.
size_t SchemeLength(absl::string_view source) {
  for (const absl::string_view scheme : {"http://", "https://"}) {
    if (absl::StartsWithIgnoreCase(source, scheme)) return scheme.size();
  }
  return 0;
}

}  // namespace

absl::Status CheckSource(absl::string_view field, absl::string_view source) {
  if (source.empty()) return Bad(field, "must not be empty");
  if (auto checked = CheckText(field, source, kMaxSourceBytes); !checked.ok()) return checked;
  if (const size_t scheme = SchemeLength(source); scheme > 0) {
    return CheckAddress(field, source.substr(scheme));
  }
  if (absl::StrContains(source, "://") || absl::StartsWithIgnoreCase(source, "http:") ||
      absl::StartsWithIgnoreCase(source, "https:")) {
    return Bad(field, "must be a folder, or an address that begins with http:// or https://");
  }
  return absl::OkStatus();
}

bool IsUrl(absl::string_view source) { return SchemeLength(source) > 0; }

std::string FileUrl(absl::string_view source, absl::string_view file_name) {
  std::string url(absl::StripSuffix(source, "/"));
  url.push_back('/');
  for (const char c : file_name) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || absl::StrContains("-._~", c)) {
      url.push_back(c);
    } else {
      absl::StrAppendFormat(&url, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return url;
}

}  // namespace muster::orders
