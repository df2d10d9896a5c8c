#include "common/http/server.h"

#include <spdlog/spdlog.h>

#include <atomic>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <list>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/digest.h"
#include "common/files.h"
#include "common/http/connection.h"

namespace muster::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using Strand = asio::strand<asio::io_context::executor_type>;

constexpr auto kTuple = asio::as_tuple(asio::use_awaitable);
// After an error of accept itself, such as no file descriptors left.
constexpr std::chrono::milliseconds kAcceptPause(100);
// Mozilla's "intermediate" list (wiki.mozilla.org/Security/Server_Side_TLS) without DHE.
constexpr char kCiphers[] =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

absl::StatusOr<tcp::endpoint> ParseEndpoint(const std::string& listen) {
  const size_t colon = listen.rfind(':');
  const auto bad = [&listen] {
    return absl::InvalidArgumentError(
        absl::StrCat(listen, ": write ADDRESS:PORT, as in 127.0.0.1:8080 or [::]:8443"));
  };
  if (colon == std::string::npos) return bad();
  std::string address = listen.substr(0, colon);
  if (address.size() > 2 && address.front() == '[' && address.back() == ']') {
    address = address.substr(1, address.size() - 2);
  }
  int port = 0;
  error_code error;
  const auto ip = asio::ip::make_address(address, error);
  if (error || !absl::SimpleAtoi(listen.substr(colon + 1), &port) || port < 0 || port > 65535) {
    return bad();
  }
  return tcp::endpoint(ip, static_cast<unsigned short>(port));
}

// Null: plain HTTP.
absl::StatusOr<std::shared_ptr<asio::ssl::context>> MakeTls(const ServerOptions& options) {
  if (options.certificate_file.empty() != options.key_file.empty()) {
    return absl::InvalidArgumentError("TLS takes a certificate and its key");
  }
  if (options.certificate_file.empty()) return std::shared_ptr<asio::ssl::context>();
  auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
  tls->set_options(asio::ssl::context::default_workarounds | asio::ssl::context::no_sslv2 |
                   asio::ssl::context::no_sslv3 | asio::ssl::context::no_tlsv1 |
                   asio::ssl::context::no_tlsv1_1);
  error_code error;
  tls->use_certificate_chain_file(options.certificate_file, error);
  if (!error) tls->use_private_key_file(options.key_file, asio::ssl::context::pem, error);
  if (error) {
    return absl::InvalidArgumentError(
        absl::StrCat(options.certificate_file, ", ", options.key_file, ": ", error.message()));
  }
  if (SSL_CTX_set_cipher_list(tls->native_handle(), kCiphers) != 1) {
    return absl::InternalError("OpenSSL has none of the ciphers of TLS 1.2");
  }
  return tls;
}

// Of what the certificate's and the key's file hold; of nothing where they cannot be read.
Digest DigestOfTlsFiles(const ServerOptions& options) {
  std::string content;
  for (const std::string& file : {options.certificate_file, options.key_file}) {
    content += ReadSmallFile(file).value_or("");
  }
  return Sha256(content);
}

}  // namespace

class Server::Impl : public std::enable_shared_from_this<Server::Impl> {
 public:
  Impl(asio::io_context& io, ServerOptions options, Handler handler, Observer& observer,
       std::shared_ptr<asio::ssl::context> tls)
      : io_(io),
        options_(std::move(options)),
        handler_(std::move(handler)),
        observer_(observer),
        tls_(std::move(tls)),
        acceptor_(asio::make_strand(io)),
        grace_(acceptor_.get_executor()),
        renewal_(acceptor_.get_executor()) {}

  absl::Status Listen(const tcp::endpoint& endpoint) {
    error_code error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return absl::UnavailableError(
          absl::StrCat("listening on ", options_.listen, " failed: ", error.message()));
    }
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(
        acceptor_.get_executor(), [self = shared_from_this()] { return self->Accept(); },
        asio::detached);
    if (tls_ != nullptr) {
      asio::co_spawn(
          acceptor_.get_executor(), [self = shared_from_this()] { return self->RenewTls(); },
          asio::detached);
    }
    return absl::OkStatus();
  }

  int port() const { return port_; }

  void Stop() {
    asio::post(acceptor_.get_executor(), [self = shared_from_this()] {
      if (!self->acceptor_.is_open()) return;
      self->acceptor_.close();
      self->renewal_.cancel();
      self->End(/*all=*/false);
      self->grace_.expires_after(self->options_.limits.grace);
      self->grace_.async_wait([self](error_code error) {
        if (!error) self->End(/*all=*/true);
      });
      self->CancelGraceWhenEmpty();
    });
  }

 private:
  // A connection, and the way to end it early; both belong to its strand.
  struct Entry {
    Strand strand;
    std::shared_ptr<asio::ssl::context> tls;
    std::shared_ptr<Connection> connection;
    asio::cancellation_signal cancel;
  };

  asio::awaitable<void> Accept() {
    while (acceptor_.is_open()) {
      const Strand strand = asio::make_strand(io_);
      auto [error, socket] = co_await acceptor_.async_accept(strand, kTuple);
      if (!acceptor_.is_open()) co_return;
      if (error) {
        spdlog::warn("a connection could not be taken: {}", error.message());
        asio::steady_timer pause(acceptor_.get_executor(), kAcceptPause);
        co_await pause.async_wait(kTuple);
        continue;
      }
      Take(strand, std::move(socket));
    }
  }

  asio::awaitable<void> RenewTls() {
    Digest seen = DigestOfTlsFiles(options_);
    for (;;) {
      renewal_.expires_after(options_.certificate_interval);
      co_await renewal_.async_wait(kTuple);
      if (!acceptor_.is_open()) co_return;
      const Digest found = DigestOfTlsFiles(options_);
      if (found == seen) continue;
      seen = found;
      auto renewed = MakeTls(options_);
      if (renewed.ok()) {
        tls_ = *std::move(renewed);
        spdlog::info("{} is renewed", options_.certificate_file);
      } else {
        spdlog::error("the certificate in use stays, until these files are mended: {}",
                      renewed.status().ToString());
      }
    }
  }

  void Take(const Strand& strand, tcp::socket socket) {
    if (open_.load() >= options_.limits.max_connections) {
      if (!std::exchange(full_, true)) {
        spdlog::warn("{} connections are open: no more are taken", open_.load());
      }
      return;  // closes it
    }
    full_ = false;
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    open_.fetch_add(1);
    observer_.ConnectionsChanged(1);
    auto entry = std::make_shared<Entry>(strand, tls_, nullptr);
    entry->connection = MakeConnection(std::move(socket), entry->tls.get(),
                                       ConnectionContext{options_, handler_, observer_});
    {
      absl::MutexLock lock(&mutex_);
      entries_.push_back(entry);
    }
    asio::co_spawn(
        strand, [entry] { return entry->connection->Run(); },
        asio::bind_cancellation_slot(
            entry->cancel.slot(),
            asio::bind_executor(strand, [self = shared_from_this(), entry](std::exception_ptr) {
              self->Ended(entry);
            })));
  }

  void Ended(const std::shared_ptr<Entry>& entry) {
    entry->connection.reset();
    {
      absl::MutexLock lock(&mutex_);
      entries_.remove(entry);
    }
    open_.fetch_sub(1);
    observer_.ConnectionsChanged(-1);
    asio::post(acceptor_.get_executor(),
               [self = shared_from_this()] { self->CancelGraceWhenEmpty(); });
  }

  void CancelGraceWhenEmpty() {
    if (!acceptor_.is_open() && open_.load() == 0) grace_.cancel();
  }

  void End(bool all) {
    absl::MutexLock lock(&mutex_);
    for (const auto& entry : entries_) {
      asio::post(entry->strand, [entry, all] {
        if (entry->connection == nullptr) return;
        entry->connection->Drain();
        if (all || !entry->connection->busy()) {
          entry->cancel.emit(asio::cancellation_type::terminal);
        }
      });
    }
  }

  asio::io_context& io_;
  const ServerOptions options_;
  const Handler handler_;
  Observer& observer_;
  // Like what follows, of the acceptor's strand.
  std::shared_ptr<asio::ssl::context> tls_;
  tcp::acceptor acceptor_;
  asio::steady_timer grace_, renewal_;
  int port_ = 0;
  bool full_ = false;
  std::atomic<size_t> open_ = 0;
  absl::Mutex mutex_;
  std::list<std::shared_ptr<Entry>> entries_ ABSL_GUARDED_BY(mutex_);
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(asio::io_context& io, ServerOptions options,
                                                      Handler handler, Observer& observer) {
  auto endpoint = ParseEndpoint(options.listen);
  if (!endpoint.ok()) return endpoint.status();
  auto tls = MakeTls(options);
  if (!tls.ok()) return tls.status();
  auto impl =
      std::make_shared<Impl>(io, std::move(options), std::move(handler), observer, *std::move(tls));
  if (auto listening = impl->Listen(*endpoint); !listening.ok()) return listening;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { Stop(); }
int Server::port() const { return impl_->port(); }
void Server::Stop() { impl_->Stop(); }

}  // namespace muster::http
