// Many downloads at once over HTTP/2 and TLS 1.3, each on a connection of its own, by a client as
// lean as OpenSSL and nghttp2 allow: it counts bytes and keeps none. It asks a gRPC server and a
// static file server in the same way.
#ifndef MUSTER_TESTS_BENCH_PAYLOAD_HTTP2_CLIENT_H_
#define MUSTER_TESTS_BENCH_PAYLOAD_HTTP2_CLIENT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace muster::bench {

struct DownloadOptions {
  int port = 0;  // on 127.0.0.1
  // PEM: whom to trust, and who the client is.
  std::string authority, certificate, key;
  // ":method", ":path" and whatever else the request takes.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;  // empty: none
  int downloads = 1;
  int threads = 2;  // the downloads are dealt among them, all of them at once
  // How much of a stream may be on its way, as gRPC's own client has on a fast link.
  uint32_t window_bytes = 1 << 20;
};

struct Downloads {
  absl::Duration time;       // from the first connection to the last byte
  absl::Duration processor;  // of this process
  uint64_t bytes = 0;        // of all bodies
  uint64_t least_bytes = 0;  // of one body
  std::string cipher;
};

// INTERNAL where one of them failed: what was answered.
absl::StatusOr<Downloads> DownloadAll(const DownloadOptions& options);

}  // namespace muster::bench

#endif  // MUSTER_TESTS_BENCH_PAYLOAD_HTTP2_CLIENT_H_
