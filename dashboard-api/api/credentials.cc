#include "dashboard-api/api/credentials.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace muster::dashboard {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

const char* CookieName(const http::Request& request) {
  return request.secure ? "__Host-muster" : "muster";
}

const char* CookieAttributes(const http::Request& request) {
  return request.secure ? "; Path=/; Secure; HttpOnly; SameSite=Strict"
                        : "; Path=/; HttpOnly; SameSite=Strict";
}

// Tokens are printable and without what separates cookies; what is not cannot be one.
bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > 0x20 && c < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\';
  });
}

}  // namespace

Credentials CredentialsOf(const http::Request& request) {
  if (const auto own = request.Field("Authorization"); !own.empty()) return {std::string(own)};
  for (absl::string_view pair : absl::StrSplit(View(request.Field("Cookie")), ';')) {
    pair = absl::StripLeadingAsciiWhitespace(pair);
    if (absl::ConsumePrefix(&pair, CookieName(request)) && absl::ConsumePrefix(&pair, "=") &&
        IsToken(pair)) {
      return {absl::StrCat("Bearer ", pair), true};
    }
  }
  return {};
}

absl::Status CheckSameOrigin(const http::Request& request) {
  if (request.Field("X-Muster-CSRF") != "1") {
    return absl::PermissionDeniedError("the request lacks the header X-Muster-CSRF: 1");
  }
  const std::string_view site = request.Field("Sec-Fetch-Site");
  const std::string_view origin = request.Field("Origin");
  const std::string own =
      absl::StrCat(request.secure ? "https://" : "http://", View(request.Field("Host")));
  const bool same = site.empty() ? origin == own : site == "same-origin";
  if (!same || (!origin.empty() && origin != own)) {
    return absl::PermissionDeniedError("the request comes from another site");
  }
  return absl::OkStatus();
}

std::string SessionCookie(const http::Request& request, const std::string& token) {
  return absl::StrCat(CookieName(request), "=", token, CookieAttributes(request));
}

std::string ExpiredSessionCookie(const http::Request& request) {
  return absl::StrCat(CookieName(request), "=; Max-Age=0", CookieAttributes(request));
}

}  // namespace muster::dashboard
