#include "dashboard-api/api/site.h"

#include <string_view>

namespace muster::dashboard {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::seconds kReadinessPatience(2);

// What the page may do. It is served whole from here: nothing is inline, nothing comes from
// elsewhere.
constexpr char kPagePolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'";

// What the API reference may do, which is somebody else's and styles its elements inline.
constexpr char kReferencePolicy[] =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' "
    "data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

http::Reply Text(int status, std::string text) {
  http::Reply reply;
  reply.status = status;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = std::move(text);
  reply.headers = {{"Cache-Control", "no-store"}};
  return reply;
}

}  // namespace

http::Headers SecurityHeaders(bool tls) {
  http::Headers headers = {
      {"Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
      {"Cross-Origin-Opener-Policy", "same-origin"},
      {"Cross-Origin-Resource-Policy", "same-origin"},
      {"Permissions-Policy",
       "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"}};
  if (tls) headers.emplace_back("Strict-Transport-Security", "max-age=31536000");
  return headers;
}

asio::awaitable<void> Site::Handle(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  const std::string_view path = request.path;
  if (path == "/healthz") {
    exchange.SetRoute("/healthz");
    co_return co_await exchange.Respond(Text(200, "ok\n"));
  }
  if (path == "/readyz") co_return co_await AnswerReadiness(exchange);
  const bool reads = request.method == "GET" || request.method == "HEAD";
  if (path == "/openapi.json" && reads) {
    exchange.SetRoute("/openapi.json");
    http::Reply reply;
    reply.content_type = "application/json";
    reply.headers = {{"Cache-Control", "no-cache"}};
    reply.body = openapi_;
    reply.compressible = true;
    co_return co_await exchange.Respond(std::move(reply));
  }
  if (!path.starts_with("/v1/") && reads) {
    if (auto reply = files_.Find(request)) {
      exchange.SetRoute("/");
      reply->headers.emplace_back("Content-Security-Policy",
                                  path.starts_with("/api/") ? kReferencePolicy : kPagePolicy);
      co_return co_await exchange.Respond(*std::move(reply));
    }
  }
  co_await api_.Handle(exchange);
}

asio::awaitable<void> Site::AnswerReadiness(http::Exchange& exchange) {
  exchange.SetRoute("/readyz");
  const bool ready = co_await backend_.IsReachable(kReadinessPatience);
  http::Reply reply = Text(200, "ok\n");
  if (!ready) reply = Text(503, "the server cannot be reached\n");
  co_await exchange.Respond(std::move(reply));
}

}  // namespace muster::dashboard
