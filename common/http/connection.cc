#include "common/http/connection.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <optional>
#include <type_traits>
#include <utility>

#include "common/http/request_check.h"
#include "common/log/log_field.h"

namespace muster::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;
using boost::system::system_error;
using tcp = asio::ip::tcp;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
constexpr size_t kWriteSlice = 256 * 1024;
constexpr size_t kReadSlice = 16 * 1024;
// What a client may still send after a reply that did not wait for its body.
constexpr size_t kMostIgnoredBytes = 1024 * 1024;  // of a client that is only to listen
constexpr std::chrono::seconds kLingerTime(2);

using PlainStream = beast::tcp_stream;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;

// Counts as one while it lives.
class Watcher {
 public:
  explicit Watcher(Observer& observer) : observer_(observer) { observer_.WatchersChanged(1); }
  ~Watcher() { observer_.WatchersChanged(-1); }
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  Observer& observer_;
};

template <typename Stream>
class StreamConnection final : public Connection, public Exchange {
 public:
  StreamConnection(Stream stream, const ConnectionContext& context)
      : stream_(std::move(stream)), context_(context), limits_(context.options.limits) {
    error_code error;
    const auto endpoint = lowest().socket().remote_endpoint(error);
    if (!error) remote_ = endpoint.address().to_string();
  }

  // Connection

  asio::awaitable<void> Run() override {
    try {
      if constexpr (kTls) {
        lowest().expires_after(limits_.handshake_timeout);
        co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::use_awaitable);
      }
      while (co_await ReadHead()) {
        co_await Serve();
        if (!keep_alive_) break;
      }
      co_await Close();
    } catch (const system_error&) {
      // The client went away, or ran into a timeout: the socket closes with this object.
    }
  }

  bool busy() const override { return busy_; }
  void Drain() override { draining_ = true; }

  // Exchange

  const Request& request() const override { return request_; }
  void SetRoute(std::string route) override { route_ = std::move(route); }
  void SetTrace(std::string trace_id) override { trace_id_ = std::move(trace_id); }
  int status() const override { return status_; }

  asio::awaitable<std::optional<std::string>> ReadBody(size_t max_bytes) override {
    const auto length = parser_->content_length();
    if (length && *length > max_bytes) co_return std::nullopt;
    // One byte more than allowed tells a chunked body that is too large.
    std::string body =
        co_await ReadBodyPart(static_cast<size_t>(length ? *length : std::uint64_t{max_bytes} + 1));
    if (body.size() > max_bytes) co_return std::nullopt;
    co_return body;
  }

  asio::awaitable<std::string> ReadBodyPart(size_t max_bytes) override {
    std::string part;
    if (parser_->is_done()) co_return part;
    co_await Continue();
    auto& body = parser_->get().body();
    lowest().expires_after(limits_.body_timeout);
    while (!parser_->is_done() && part.size() < max_bytes) {
      const size_t had = part.size();
      part.resize(std::min(max_bytes, had + kWriteSlice));
      body.data = part.data() + had;
      body.size = part.size() - had;
      const auto [error, count] =
          co_await beast::http::async_read(stream_, buffer_, *parser_, kTuple);
      part.resize(part.size() - body.size);
      if (error && error != beast::http::error::need_buffer) throw system_error(error);
    }
    co_return part;
  }

  asio::awaitable<void> Respond(Reply reply) override {
    Negotiate(request_, reply);
    const size_t length = reply.body.size();
    beast::http::response<beast::http::string_body> response;
    FillHead(reply, response);
    if (reply.status != 304 && reply.status != 204) response.content_length(length);
    if (request_.method != "HEAD") {
      response.body() = std::move(reply.body);
      bytes_ = length;
    }
    beast::http::response_serializer<beast::http::string_body> serializer(response);
    serializer.limit(kWriteSlice);
    while (!serializer.is_done()) {
      lowest().expires_after(limits_.write_timeout);
      co_await beast::http::async_write_some(stream_, serializer, asio::use_awaitable);
    }
    complete_ = true;
  }

  asio::awaitable<void> BeginStream(Reply head) override {
    // HTTP/1.0 has no chunks: there the end of the connection ends the body.
    chunked_ = version_ == 11;
    if (!chunked_) keep_alive_ = false;
    beast::http::response<beast::http::empty_body> response;
    FillHead(head, response);
    response.chunked(chunked_);
    beast::http::response_serializer<beast::http::empty_body> serializer(response);
    lowest().expires_after(limits_.write_timeout);
    co_await beast::http::async_write_header(stream_, serializer, asio::use_awaitable);
  }

  asio::awaitable<void> Write(std::string_view bytes) override {
    if (request_.method == "HEAD") co_return;
    while (!bytes.empty()) {
      const std::string_view slice = bytes.substr(0, kWriteSlice);
      bytes.remove_prefix(slice.size());
      bytes_ += slice.size();
      lowest().expires_after(limits_.write_timeout);
      const asio::const_buffer buffer(slice.data(), slice.size());
      if (chunked_) {
        co_await asio::async_write(stream_, beast::http::make_chunk(buffer), asio::use_awaitable);
      } else {
        co_await asio::async_write(stream_, buffer, asio::use_awaitable);
      }
    }
  }

  asio::awaitable<void> EndStream() override {
    if (chunked_ && request_.method != "HEAD") {
      lowest().expires_after(limits_.write_timeout);
      co_await asio::async_write(stream_, beast::http::make_chunk_last(), asio::use_awaitable);
    }
    complete_ = true;
  }

  asio::awaitable<void> UntilGone() override {
    keep_alive_ = false;
    busy_ = false;  // a stream may be ended at any time
    const Watcher watcher(context_.observer);
    lowest().expires_never();
    std::string ignored(kReadSlice, '\0');
    for (size_t received = 0; received < kMostIgnoredBytes;) {
      const auto [error, count] = co_await stream_.async_read_some(asio::buffer(ignored), kTuple);
      if (error) co_return;
      received += count;
    }
  }

 private:
  static constexpr bool kTls = std::is_same_v<Stream, TlsStream>;

  beast::tcp_stream& lowest() { return beast::get_lowest_layer(stream_); }

  // Waits for a request and reads its head; false where the client has closed, or what it sent was
  // refused.
  asio::awaitable<bool> ReadHead() {
    if (draining_) co_return false;
    keep_alive_ = true;
    if (buffer_.size() == 0) {
      lowest().expires_after(limits_.idle_timeout);
      const auto [error, count] =
          co_await stream_.async_read_some(buffer_.prepare(kReadSlice), kTuple);
      if (error) co_return false;
      buffer_.commit(count);
    }
    busy_ = true;
    started_ = std::chrono::steady_clock::now();
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits_.max_header_bytes));
    parser_->body_limit(boost::none);  // each handler says how much it takes
    lowest().expires_after(limits_.header_timeout);
    const auto [error, count] =
        co_await beast::http::async_read_header(stream_, buffer_, *parser_, kTuple);
    if (error == beast::http::error::end_of_stream) co_return false;
    ResetExchange();
    if (error) {
      co_await Refuse(RefusalOf(error));
      co_return false;
    }
    version_ = parser_->get().version();
    if (auto refusal = TakeRequest(parser_->get().base(), request_)) {
      co_await Refuse(*std::move(refusal));
      co_return false;
    }
    keep_alive_ = parser_->keep_alive();
    co_return true;
  }

  void ResetExchange() {
    request_ = Request();
    request_.remote = remote_;
    request_.secure = kTls;
    route_.clear();
    trace_id_.clear();
    status_ = 0;
    bytes_ = 0;
    complete_ = chunked_ = continued_ = false;
  }

  asio::awaitable<void> Serve() {
    bool broken = false;
    bool failed = false;
    try {
      co_await context_.handler(*this);
    } catch (const system_error&) {
      broken = true;
    } catch (const std::exception& error) {
      const LogField id("requestId", request_.id), trace("traceId", trace_id_);
      spdlog::error("a request failed: {}", error.what());
      failed = true;
    }
    if (failed && status_ == 0) {
      co_await Respond(ErrorReply(500, "INTERNAL", "an error of the server's own"));
    }
    if (!complete_) {
      if (status_ == 0) status_ = 499;
      broken = true;
    }
    Record();
    if (!parser_->is_done()) keep_alive_ = false;
    if (broken) throw system_error(asio::error::connection_aborted);
    busy_ = false;
  }

  // Answers what no handler will see, and closes.
  asio::awaitable<void> Refuse(Reply reply) {
    keep_alive_ = false;
    if (reply.status != 0) {
      co_await Respond(std::move(reply));
      Record();
      co_await Close();
    }
  }

  void Record() {
    context_.observer.Served({request_, route_, trace_id_, status_, complete_, bytes_,
                              std::chrono::steady_clock::now() - started_});
  }

  template <typename Response>
  void FillHead(const Reply& reply, Response& response) {
    if (draining_) keep_alive_ = false;
    if (!parser_->is_done() && !continued_ && parser_->chunked()) keep_alive_ = false;
    status_ = reply.status;
    response.version(11);
    response.result(static_cast<unsigned>(reply.status));
    response.set(beast::http::field::date, HttpDate());
    if (!reply.content_type.empty()) {
      response.set(beast::http::field::content_type, reply.content_type);
    }
    if (!request_.id.empty()) response.set("X-Request-Id", request_.id);
    for (const auto& [name, value] : context_.options.headers) response.set(name, value);
    for (const auto& [name, value] : reply.headers) {
      if (name == "Set-Cookie") {
        response.insert(name, value);
      } else {
        response.set(name, value);
      }
    }
    response.keep_alive(keep_alive_);
  }

  // A client that waits for leave to send its body gets it when a handler asks for the body.
  asio::awaitable<void> Continue() {
    if (std::exchange(continued_, true)) co_return;
    if (!beast::iequals(parser_->get()[beast::http::field::expect], "100-continue")) co_return;
    lowest().expires_after(limits_.write_timeout);
    static constexpr std::string_view kGoOn = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(stream_, asio::buffer(kGoOn), asio::use_awaitable);
  }

  // Ends in order. What the client still sends is read for a moment: a socket that closes with
  // unread bytes makes the system drop the reply on its way.
  asio::awaitable<void> Close() {
    busy_ = false;
    lowest().expires_after(kLingerTime);
    if constexpr (kTls) {
      if (parser_ && parser_->is_done()) co_await stream_.async_shutdown(kTuple);
    }
    error_code ignored;
    lowest().socket().shutdown(tcp::socket::shutdown_send, ignored);
    std::string rest(kReadSlice, '\0');
    for (bool open = true; open;) {
      const auto [error, count] = co_await lowest().async_read_some(asio::buffer(rest), kTuple);
      open = !error;
    }
    lowest().close();
  }

  Stream stream_;
  const ConnectionContext context_;
  const Limits& limits_;
  std::string remote_;
  beast::flat_buffer buffer_;
  std::optional<beast::http::request_parser<beast::http::buffer_body>> parser_;
  bool busy_ = false;
  bool draining_ = false;
  bool keep_alive_ = true;

  // Of the request under way.
  Request request_;
  unsigned version_ = 11;
  std::string route_;
  std::string trace_id_;
  int status_ = 0;
  size_t bytes_ = 0;
  bool complete_ = false;
  bool chunked_ = false;
  bool continued_ = false;
  std::chrono::steady_clock::time_point started_;
};

}  // namespace

std::shared_ptr<Connection> MakeConnection(tcp::socket socket, asio::ssl::context* tls,
                                           const ConnectionContext& context) {
  if (tls == nullptr) {
    return std::make_shared<StreamConnection<PlainStream>>(PlainStream(std::move(socket)), context);
  }
  return std::make_shared<StreamConnection<TlsStream>>(TlsStream(std::move(socket), *tls), context);
}

}  // namespace muster::http
