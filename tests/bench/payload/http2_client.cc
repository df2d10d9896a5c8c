#include "tests/bench/payload/http2_client.h"

#include <arpa/inet.h>
#include <nghttp2/nghttp2.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace muster::bench {
namespace {

constexpr size_t kReadBytes = 64 * 1024;

struct FreeOpenSsl {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
template <typename T>
using Owned = std::unique_ptr<T, FreeOpenSsl>;

Owned<BIO> Reader(const std::string& pem) {
  return Owned<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

Owned<SSL_CTX> MakeContext(const DownloadOptions& options) {
  Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_min_proto_version(context.get(), TLS1_3_VERSION);
  const Owned<X509> authority(
      PEM_read_bio_X509(Reader(options.authority).get(), nullptr, nullptr, nullptr));
  X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), authority.get());
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const Owned<X509> own(
      PEM_read_bio_X509(Reader(options.certificate).get(), nullptr, nullptr, nullptr));
  const Owned<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(Reader(options.key).get(), nullptr, nullptr, nullptr));
  SSL_CTX_use_certificate(context.get(), own.get());
  SSL_CTX_use_PrivateKey(context.get(), key.get());
  static constexpr unsigned char kAlpn[] = {2, 'h', '2'};
  SSL_CTX_set_alpn_protos(context.get(), kAlpn, sizeof(kAlpn));
  return context;
}

// One connection and its download.
class Download {
 public:
  Download(const DownloadOptions& options, SSL_CTX& context)
      : options_(options), ssl_(SSL_new(&context)) {
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(options.port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address));
    SSL_set_fd(ssl_.get(), socket_);
    SSL_set_connect_state(ssl_.get());
    Prepare();
  }
  ~Download() {
    nghttp2_session_del(session_);
    close(socket_);
  }
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;

  int socket() const { return socket_; }
  bool done() const { return done_; }
  uint64_t bytes() const { return bytes_; }
  std::string cipher() const { return SSL_get_cipher_name(ssl_.get()); }
  const std::string& failure() const { return failure_; }

  // The socket can be read or written.
  void Advance() {
    if (!SSL_is_init_finished(ssl_.get())) {
      const int result = SSL_do_handshake(ssl_.get());
      if (result != 1) return CheckWaits(result, "the handshake failed");
    }
    char buffer[kReadBytes];
    Flush();
    while (!done_) {
      const int got = SSL_read(ssl_.get(), buffer, sizeof(buffer));
      if (got <= 0) return CheckWaits(got, "the connection ended");
      const auto taken = nghttp2_session_mem_recv(session_, reinterpret_cast<uint8_t*>(buffer),
                                                  static_cast<size_t>(got));
      if (taken < 0) return Fail(nghttp2_strerror(static_cast<int>(taken)));
      Flush();
    }
  }

 private:
  static Download& Self(void* self) { return *static_cast<Download*>(self); }

  void Prepare() {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks, [](nghttp2_session*, uint8_t, int32_t, const uint8_t*, size_t size, void* self) {
          Self(self).bytes_ += size;
          return 0;
        });
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame*, const uint8_t* name, size_t name_size,
                      const uint8_t* value, size_t value_size, uint8_t, void* self) {
          Self(self).OnHeader({reinterpret_cast<const char*>(name), name_size},
                              {reinterpret_cast<const char*>(value), value_size});
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, int32_t, uint32_t, void* self) {
          Self(self).done_ = true;
          return 0;
        });
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, options_.window_bytes}};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, settings, 1);
    nghttp2_session_set_local_window_size(session_, NGHTTP2_FLAG_NONE, 0,
                                          static_cast<int32_t>(options_.window_bytes));
    std::vector<nghttp2_nv> headers;
    for (const auto& [name, value] : options_.headers) {
      headers.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                         reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                         value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    nghttp2_data_provider body{};
    body.source.ptr = this;
    body.read_callback = [](nghttp2_session*, int32_t, uint8_t* out, size_t, uint32_t* flags,
                            nghttp2_data_source* source, void*) -> ssize_t {
      const std::string& bytes = Self(source->ptr).options_.body;  // shorter than any frame
      std::memcpy(out, bytes.data(), bytes.size());
      *flags |= NGHTTP2_DATA_FLAG_EOF;
      return static_cast<ssize_t>(bytes.size());
    };
    nghttp2_submit_request(session_, nullptr, headers.data(), headers.size(),
                           options_.body.empty() ? nullptr : &body, nullptr);
  }

  void OnHeader(const std::string& name, const std::string& value) {
    if (name == ":status" && value != "200") Fail("HTTP status " + value);
    if (name == "grpc-status" && value != "0") Fail("gRPC status " + value);
  }

  // What nghttp2 has to say is small: a socket that is full is tried again when data come.
  void Flush() {
    for (;;) {
      if (outgoing_.empty()) {
        const uint8_t* data = nullptr;
        const auto size = nghttp2_session_mem_send(session_, &data);
        if (size <= 0) return;
        outgoing_.assign(reinterpret_cast<const char*>(data), static_cast<size_t>(size));
      }
      const int written =
          SSL_write(ssl_.get(), outgoing_.data(), static_cast<int>(outgoing_.size()));
      if (written <= 0) return CheckWaits(written, "writing failed");
      outgoing_.clear();  // without partial writes it is all or nothing
    }
  }

  void CheckWaits(int result, const std::string& what) {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) Fail(what);
  }

  void Fail(const std::string& what) {
    if (failure_.empty()) failure_ = what;
    done_ = true;
  }

  const DownloadOptions& options_;
  const Owned<SSL> ssl_;
  nghttp2_session* session_ = nullptr;
  int socket_ = -1;
  std::string outgoing_;
  uint64_t bytes_ = 0;
  bool done_ = false;
  std::string failure_;
};

// One thread's share.
class Worker {
 public:
  Worker(const DownloadOptions& options, int downloads) : options_(options), count_(downloads) {}

  void Run() {
    const Owned<SSL_CTX> context = MakeContext(options_);
    const int events = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < count_; ++i) {
      auto& download = downloads_.emplace_back(std::make_unique<Download>(options_, *context));
      epoll_event event{EPOLLIN | EPOLLOUT | EPOLLET, {.ptr = download.get()}};
      epoll_ctl(events, EPOLL_CTL_ADD, download->socket(), &event);
    }
    int open = count_;
    std::vector<epoll_event> ready(256);
    while (open > 0) {
      const int count = epoll_wait(events, ready.data(), static_cast<int>(ready.size()), 60'000);
      if (count == 0) break;
      for (int i = 0; i < count; ++i) {
        auto& download = *static_cast<Download*>(ready[static_cast<size_t>(i)].data.ptr);
        if (download.done()) continue;
        download.Advance();
        if (!download.done()) continue;
        --open;
        epoll_ctl(events, EPOLL_CTL_DEL, download.socket(), nullptr);
      }
    }
    close(events);
  }

  absl::Status AddTo(Downloads& all) const {
    for (const auto& download : downloads_) {
      if (!download->done()) return absl::InternalError("a download came to a stop");
      if (!download->failure().empty()) return absl::InternalError(download->failure());
      all.bytes += download->bytes();
      all.least_bytes = std::min(all.least_bytes, download->bytes());
      all.cipher = download->cipher();
    }
    return absl::OkStatus();
  }

 private:
  const DownloadOptions& options_;
  const int count_;
  std::vector<std::unique_ptr<Download>> downloads_;
};

absl::Duration OwnProcessorTime() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return absl::DurationFromTimeval(usage.ru_utime) + absl::DurationFromTimeval(usage.ru_stime);
}

}  // namespace

absl::StatusOr<Downloads> DownloadAll(const DownloadOptions& options) {
  std::vector<std::unique_ptr<Worker>> workers;
  for (int i = 0; i < options.threads; ++i) {
    const int more = i < options.downloads % options.threads ? 1 : 0;
    workers.push_back(
        std::make_unique<Worker>(options, options.downloads / options.threads + more));
  }
  Downloads all;
  all.least_bytes = UINT64_MAX;
  const absl::Time begin = absl::Now();
  const absl::Duration processor = OwnProcessorTime();
  std::vector<std::thread> threads;
  for (auto& worker : workers) threads.emplace_back([&worker] { worker->Run(); });
  for (std::thread& thread : threads) thread.join();
  all.time = absl::Now() - begin;
  all.processor = OwnProcessorTime() - processor;
  for (const auto& worker : workers) {
    if (absl::Status added = worker->AddTo(all); !added.ok()) return added;
  }
  return all;
}

}  // namespace muster::bench
