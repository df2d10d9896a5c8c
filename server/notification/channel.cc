#include "server/notification/channel.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"

namespace muster::notification {
namespace {

constexpr size_t kMaxUrlBytes = 2048;
constexpr size_t kMaxMailAddressBytes = 320;  // RFC 3696, section 3: 64 + 1 + 255

bool IsPrintable(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return absl::ascii_isgraph(c); });
}

// RFC 5322's atext, and the dot.
bool IsLocalPart(char c) {
  return absl::ascii_isalnum(c) || absl::StrContains("!#$%&'*+-/=?^_`{|}~.", c);
}

bool IsDomain(char c) { return absl::ascii_isalnum(c) || c == '-' || c == '.'; }

absl::Status CheckUrl(const std::string& url) {
  if (url.empty() || url.size() > kMaxUrlBytes || !IsPrintable(url)) {
    return absl::InvalidArgumentError(
        "a webhook's URL has 1 to 2048 printable ASCII characters and no blanks");
  }
  if (!absl::StartsWithIgnoreCase(url, "https://") && !absl::StartsWithIgnoreCase(url, "http://")) {
    return absl::InvalidArgumentError("a webhook's URL begins with https:// or http://");
  }
  // curl's own parser, so that what is checked is what is connected to.
  std::unique_ptr<CURLU, decltype(&curl_url_cleanup)> parsed(curl_url(), &curl_url_cleanup);
  CURLUcode code = curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), CURLU_DISALLOW_USER);
  if (code == CURLUE_USER_NOT_ALLOWED) {
    return absl::InvalidArgumentError("a webhook's URL names no user and no password");
  }
  if (code != CURLUE_OK) {
    return absl::InvalidArgumentError("a webhook's URL cannot be understood");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMailAddress(absl::string_view address) {
  if (address.size() > kMaxMailAddressBytes) {
    return absl::InvalidArgumentError("a mail address has at most 320 bytes");
  }
  size_t at = address.find('@');
  if (at == absl::string_view::npos) {
    return absl::InvalidArgumentError("a mail address is written as local@domain");
  }
  absl::string_view local = address.substr(0, at), domain = address.substr(at + 1);
  if (local.empty() || !std::all_of(local.begin(), local.end(), IsLocalPart) || domain.empty() ||
      !std::all_of(domain.begin(), domain.end(), IsDomain)) {
    return absl::InvalidArgumentError(
        "a mail address is written as local@domain: ASCII, without blanks, quotes or brackets");
  }
  return absl::OkStatus();
}

absl::Status CheckChannel(const Channel& channel) {
  return channel.kind == Channel::Kind::kEmail ? CheckMailAddress(channel.address)
                                               : CheckUrl(channel.address);
}

}  // namespace muster::notification
