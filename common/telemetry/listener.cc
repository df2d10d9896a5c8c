#include "common/telemetry/listener.h"

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <thread>
#include <utility>

#include "common/http/server.h"

namespace muster::telemetry {
namespace {

constexpr size_t kMaxConnections = 64;
constexpr std::chrono::seconds kGrace(1);

http::Reply Text(int status, std::string body) {
  http::Reply reply;
  reply.status = status;
  reply.content_type = "text/plain; charset=utf-8";
  reply.body = std::move(body);
  return reply;
}

http::Reply TextOf(const std::string& trouble) {
  return trouble.empty() ? Text(200, "ok\n") : Text(503, trouble + "\n");
}

http::Reply Answer(const Answers& answers, const http::Request& request) {
  if (request.method != "GET" && request.method != "HEAD") {
    return http::ErrorReply(405, "UNIMPLEMENTED", "GET and HEAD alone are known here");
  }
  if (request.path == "/healthz") return TextOf(answers.ailment());
  if (request.path == "/readyz") return TextOf(answers.hindrance());
  if (request.path != "/metrics") {
    return http::ErrorReply(404, "NOT_FOUND", "there are /metrics, /healthz and /readyz");
  }
  http::Reply reply = Text(200, answers.metrics());
  reply.content_type = "text/plain; version=0.0.4; charset=utf-8";
  reply.compressible = true;
  return reply;
}

}  // namespace

class Listener::Impl {
 public:
  explicit Impl(Answers answers) : answers_(std::move(answers)) {}

  ~Impl() {
    if (server_) server_->Stop();
    if (thread_.joinable()) thread_.join();
  }

  absl::Status Start(const std::string& address) {
    http::ServerOptions options;
    options.listen = address;
    options.limits.max_connections = kMaxConnections;
    options.limits.grace = kGrace;
    auto server = http::Server::Start(
        io_, std::move(options),
        [this](http::Exchange& exchange) -> boost::asio::awaitable<void> {
          co_await exchange.Respond(Answer(answers_, exchange.request()));
        },
        observer_);
    if (!server.ok()) return server.status();
    server_ = *std::move(server);
    thread_ = std::thread([this] { io_.run(); });
    return absl::OkStatus();
  }

  int port() const { return server_->port(); }

 private:
  const Answers answers_;
  http::Unobserved observer_;
  boost::asio::io_context io_{1};
  std::unique_ptr<http::Server> server_;
  std::thread thread_;
};

Listener::Listener(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Listener::~Listener() = default;

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(const std::string& address,
                                                          Answers answers) {
  auto impl = std::make_unique<Impl>(std::move(answers));
  if (absl::Status started = impl->Start(address); !started.ok()) return started;
  return std::unique_ptr<Listener>(new Listener(std::move(impl)));
}

int Listener::port() const { return impl_->port(); }

}  // namespace muster::telemetry
