// An HTTP/1.1 server on Boost.Beast: one coroutine and one strand a connection. Thread-safe.
#ifndef MUSTER_COMMON_HTTP_SERVER_H_
#define MUSTER_COMMON_HTTP_SERVER_H_

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "common/http/exchange.h"

namespace muster::http {

struct Limits {
  size_t max_connections = 4096;
  size_t max_header_bytes = 16 * 1024;
  std::chrono::milliseconds handshake_timeout{10'000};
  std::chrono::milliseconds header_timeout{10'000};  // from its first byte to its last
  std::chrono::milliseconds body_timeout{30'000};    // for each part that a handler asks for
  std::chrono::milliseconds write_timeout{20'000};   // for each write of at most 256 KiB
  std::chrono::milliseconds idle_timeout{75'000};    // between requests
  std::chrono::milliseconds grace{10'000};           // for requests under way, at Stop
};

// What was served, for log and metrics.
struct RequestRecord {
  const Request& request;
  std::string route;      // "/v1/{name=machines/*}"; empty: none was found
  std::string trace_id;   // empty: none is recorded
  int status = 0;         // 499: the client went away before, or was too slow
  bool complete = false;  // the whole reply was handed over
  size_t bytes = 0;       // of the reply's body, as sent
  std::chrono::steady_clock::duration duration{};
};

// Called from several threads at once.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void Served(const RequestRecord& record) = 0;
  virtual void ConnectionsChanged(int by) = 0;
  // Streams that wait for something to tell.
  virtual void WatchersChanged(int by) = 0;
};

// Observes nothing: for the port of the metrics themselves.
class Unobserved : public Observer {
 public:
  void Served(const RequestRecord&) override {}
  void ConnectionsChanged(int) override {}
  void WatchersChanged(int) override {}
};

struct ServerOptions {
  std::string listen;  // "127.0.0.1:8080", "[::]:8443"; port 0 takes a free one
  // PEM files for TLS 1.2 and 1.3; both empty: plain HTTP. Renewed ones hold for the connections
  // that come after the next look at them; where they are none, the old ones go on.
  std::string certificate_file;
  std::string key_file;
  std::chrono::milliseconds certificate_interval{60'000};  // between two looks
  Headers headers;  // on every reply that does not set them itself
  Limits limits;
};

class Server {
 public:
  // Listens, on the threads that run `io`, which must outlive it, as must `observer`.
  // INVALID_ARGUMENT for an address or certificate that is none, UNAVAILABLE where the port is
  // taken.
  static absl::StatusOr<std::unique_ptr<Server>> Start(boost::asio::io_context& io,
                                                       ServerOptions options, Handler handler,
                                                       Observer& observer);
  ~Server();

  int port() const;
  // Takes no more connections, ends streams and idle connections, lets requests under way finish
  // within the grace. Returns at once; io.run() returns when all have ended.
  void Stop();

 private:
  class Impl;
  explicit Server(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace muster::http

#endif  // MUSTER_COMMON_HTTP_SERVER_H_
