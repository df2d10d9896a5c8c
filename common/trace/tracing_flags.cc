#include "common/trace/tracing_flags.h"

#include <string>

#include "common/trace/collector.h"

namespace muster::trace {

void AddTracingFlags(CLI::App& app, TracingOptions& options) {
  app.add_option("--otlp-endpoint", options.endpoint,
                 "OpenTelemetry collector for traces, as http://127.0.0.1:4318; none by default")
      ->check([](const std::string& value) { return std::string(CheckEndpoint(value).message()); });
  app.add_option("--otlp-ca", options.ca_file,
                 "PEM file of the authorities that an https collector's certificate may be of; "
                 "the system's by default")
      ->check(CLI::ExistingFile);
  app.add_option("--trace-ratio", options.ratio,
                 "Share of the traces begun here that are kept, 0 to 1; what a caller traces is "
                 "kept always")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
}

}  // namespace muster::trace
