// A blocking HTTP/1.1 client on one kept connection: for benchmarks.
#ifndef MUSTER_TESTS_BENCH_HTTP_HTTP_CLIENT_H_
#define MUSTER_TESTS_BENCH_HTTP_HTTP_CLIENT_H_

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <chrono>
#include <cstdint>
#include <string>

namespace muster::bench {

class HttpClient {
 public:
  HttpClient(int port, std::string token);
  // The body; exits the program where the status is not 200.
  std::string Get(const std::string& target);
  // Begins a stream, and reads its next "data:" line.
  void Watch(const std::string& target);
  std::string NextEvent();

 private:
  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  const std::string head_;
  boost::beast::flat_buffer buffer_;
  std::string stream_;
};

// Asks for the same over and over until then, on so many connections and one thread: as little as
// can be of the time of the core that it shares with what is asked. How often it was answered; ends
// the program where an answer is not 200.
int64_t GetManyTimes(int port, const std::string& token, const std::string& target, int connections,
                     std::chrono::steady_clock::time_point end);

}  // namespace muster::bench

#endif  // MUSTER_TESTS_BENCH_HTTP_HTTP_CLIENT_H_
