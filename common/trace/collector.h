// The way to an OpenTelemetry collector: one HTTP POST at a time. libcurl stays in here.
#ifndef MUSTER_COMMON_TRACE_COLLECTOR_H_
#define MUSTER_COMMON_TRACE_COLLECTOR_H_

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace muster::trace {

// OK for http://HOST:PORT or https://HOST:PORT, with a path at will, without user, query or
// fragment. INVALID_ARGUMENT says what is wrong.
absl::Status CheckEndpoint(const std::string& endpoint);

struct CollectorOptions {
  std::string endpoint;  // as CheckEndpoint takes it; /v1/traces is added to it
  // PEM, the authorities that the certificate of an https endpoint may be of; empty: the system's.
  std::string ca_file = {};
  // For one POST, from the name's resolution to the answer.
  absl::Duration timeout = absl::Seconds(10);
};

// What a POST came to.
struct Answer {
  enum class Kind {
    kTaken,
    kRetry,   // it may go better later
    kRefused  // the same request would be refused again
  };
  Kind kind = Kind::kRetry;
  std::string error;           // printable ASCII; empty for kTaken
  std::string body;            // the beginning of it
  absl::Duration retry_after;  // how long the collector asks to be left alone
};

// Used by one thread, which must have SIGPIPE blocked (OpenSSL writes without MSG_NOSIGNAL), but
// for EndBy. Keeps its connection.
class Collector {
 public:
  explicit Collector(const CollectorOptions& options);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  // 429, 502, 503, 504 and no answer at all may be tried again, whatever else is no success may not
  // (opentelemetry.io/docs/specs/otlp, "Retryable Response Codes").
  Answer Post(const std::string& json);

  // Thread-safe. What is under way at `deadline` is given up within a second, what is begun later
  // at once.
  void EndBy(std::chrono::steady_clock::time_point deadline);

 private:
  class Impl;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_COLLECTOR_H_
