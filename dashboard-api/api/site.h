// Everything under one origin: the API below /v1/, its description, health, and the web page's
// files.
#ifndef MUSTER_DASHBOARD_API_API_SITE_H_
#define MUSTER_DASHBOARD_API_API_SITE_H_

#include "common/http/exchange.h"
#include "common/http/static_files.h"
#include "dashboard-api/api/api.h"

namespace muster::dashboard {

// On every reply: what a browser must not do with it (owasp.org/www-project-secure-headers).
http::Headers SecurityHeaders(bool tls);

// Thread-safe.
class Site {
 public:
  // `openapi` is the API's description.
  Site(Backend& backend, Api& api, http::StaticFiles files, std::string openapi)
      : backend_(backend), api_(api), files_(std::move(files)), openapi_(std::move(openapi)) {}

  boost::asio::awaitable<void> Handle(http::Exchange& exchange);

 private:
  boost::asio::awaitable<void> AnswerReadiness(http::Exchange& exchange);

  Backend& backend_;
  Api& api_;
  const http::StaticFiles files_;
  const std::string openapi_;
};

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_API_SITE_H_
