// What a program needs to be traced, put together.
#ifndef MUSTER_COMMON_TRACE_TRACING_H_
#define MUSTER_COMMON_TRACE_TRACING_H_

#include <memory>
#include <string>

#include "common/trace/exporter.h"
#include "common/trace/tracer.h"

namespace muster::trace {

struct TracingOptions {
  std::string endpoint;  // of a collector, as CheckEndpoint takes it; empty: off
  std::string ca_file;   // as CollectorOptions has it
  double ratio = 1;      // of the traces that begin here, from 0 to 1
};

// Outlives what it traces; flushes when it is destroyed. Thread-safe.
class Tracing {
 public:
  // `service` and `version` name the program.
  Tracing(const TracingOptions& options, const std::string& service, const std::string& version);

  const Tracer& tracer() const { return *tracer_; }
  ExporterCounts counts() const { return exporter_ ? exporter_->counts() : ExporterCounts(); }

 private:
  std::unique_ptr<Exporter> exporter_;  // null: off
  std::unique_ptr<const Tracer> tracer_;
};

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_TRACING_H_
