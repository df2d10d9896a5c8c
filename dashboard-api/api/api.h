// The HTTP/JSON API: finds a request's route, binds it, calls the server, and gives the answer in
// the form that the client asks for. Thread-safe.
#ifndef MUSTER_DASHBOARD_API_API_API_H_
#define MUSTER_DASHBOARD_API_API_API_H_

#include <chrono>
#include <cstdint>

#include "common/http/exchange.h"
#include "common/trace/tracer.h"
#include "dashboard-api/api/backend.h"
#include "dashboard-api/transcoder/routes.h"

namespace muster::dashboard {

struct ApiOptions {
  size_t max_body_bytes = 8 * 1024 * 1024;  // of JSON
  uint64_t max_upload_bytes = uint64_t{4} * 1024 * 1024 * 1024;
  std::chrono::milliseconds call_timeout{60'000};
  std::chrono::milliseconds heartbeat{15'000};  // of event streams that have nothing to tell
};

class Api {
 public:
  // `backend` and `tracer` must outlive it.
  Api(Backend& backend, transcoder::RouteTable routes, ApiOptions options,
      const trace::Tracer& tracer)
      : backend_(backend), routes_(std::move(routes)), options_(options), tracer_(tracer) {}

  // Answers anything; what it has no route for with NOT_FOUND. A request that has one is a span.
  boost::asio::awaitable<void> Handle(http::Exchange& exchange);

  const transcoder::RouteTable& routes() const { return routes_; }

 private:
  Backend& backend_;
  const transcoder::RouteTable routes_;
  const ApiOptions options_;
  const trace::Tracer& tracer_;
};

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_API_API_H_
