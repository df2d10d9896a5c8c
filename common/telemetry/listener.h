// The port for whoever watches a program: /metrics, /healthz and /readyz over plain HTTP.
#ifndef MUSTER_COMMON_TELEMETRY_LISTENER_H_
#define MUSTER_COMMON_TELEMETRY_LISTENER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace muster::telemetry {

// Called from the listener's thread; must not block.
struct Answers {
  std::function<std::string()> metrics;    // Prometheus' text
  std::function<std::string()> ailment;    // why the process should be restarted; empty: it is well
  std::function<std::string()> hindrance;  // why it should get no calls now; empty: it is ready
};

// Has a thread of its own; stops when it is destroyed.
class Listener {
 public:
  // `address` is HOST:PORT, port 0 takes a free one. INVALID_ARGUMENT for an address that is none,
  // UNAVAILABLE where the port is taken.
  static absl::StatusOr<std::unique_ptr<Listener>> Start(const std::string& address,
                                                         Answers answers);
  ~Listener();

  int port() const;

 private:
  class Impl;
  explicit Listener(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::telemetry

#endif  // MUSTER_COMMON_TELEMETRY_LISTENER_H_
