// gzip (RFC 1952) through zlib.
#ifndef MUSTER_COMMON_HTTP_COMPRESSION_H_
#define MUSTER_COMMON_HTTP_COMPRESSION_H_

#include <memory>
#include <string>
#include <string_view>

namespace muster::http {

std::string Gzip(std::string_view data);

// A gzip stream made piece by piece, in constant memory. Not thread-safe.
class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  // What there is to send so far; may be empty.
  std::string Write(std::string_view data);
  // The rest. Ends it.
  std::string Finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace muster::http

#endif  // MUSTER_COMMON_HTTP_COMPRESSION_H_
