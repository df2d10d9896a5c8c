// The flags with which a program is traced: the same for each.
#ifndef MUSTER_COMMON_TRACE_TRACING_FLAGS_H_
#define MUSTER_COMMON_TRACE_TRACING_FLAGS_H_

#include <CLI/CLI.hpp>

#include "common/trace/tracing.h"

namespace muster::trace {

// --otlp-endpoint, --otlp-ca and --trace-ratio; a value that is none is refused as it is parsed.
// `options` must outlive `app`.
void AddTracingFlags(CLI::App& app, TracingOptions& options);

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_TRACING_FLAGS_H_
