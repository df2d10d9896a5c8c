// Who calls: an API token that the client sent, or the session that its cookie names; and what
// keeps other sites from using that cookie. Pure functions.
#ifndef MUSTER_DASHBOARD_API_API_CREDENTIALS_H_
#define MUSTER_DASHBOARD_API_API_CREDENTIALS_H_

#include <string>

#include "absl/status/status.h"
#include "common/http/message.h"

namespace muster::dashboard {

struct Credentials {
  std::string authorization;  // for the server; empty: none
  bool from_cookie = false;
};

// A client's own Authorization wins over its cookie.
Credentials CredentialsOf(const http::Request& request);

// PERMISSION_DENIED unless the request was sent by a page of this very origin: it carries
// X-Muster-CSRF: 1, which no form can send and no other site's script may, and the browser says
// same-origin (Sec-Fetch-Site, or Origin in browsers without it). Asked of all that changes
// something by a cookie, or sets one.
absl::Status CheckSameOrigin(const http::Request& request);

// Set-Cookie values. Over TLS the name begins with __Host-: no subdomain can set such a cookie
// (RFC 6265bis, 4.1.3.2).
std::string SessionCookie(const http::Request& request, const std::string& token);
std::string ExpiredSessionCookie(const http::Request& request);

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_API_CREDENTIALS_H_
