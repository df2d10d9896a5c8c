// Spans as a collector takes them: OTLP's ExportTraceServiceRequest in its JSON encoding
// (opentelemetry.io/docs/specs/otlp, "JSON Protobuf Encoding": ids as hex, enums as numbers, 64-bit
// integers as strings). Pure functions.
#ifndef MUSTER_COMMON_TRACE_OTLP_JSON_H_
#define MUSTER_COMMON_TRACE_OTLP_JSON_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "common/trace/span.h"

namespace muster::trace {

// Whose spans they are.
struct Resource {
  std::string service;   // service.name: "muster-server"
  std::string version;   // service.version
  std::string instance;  // service.instance.id: of this process alone
};

// Bytes that are no UTF-8 become "?".
std::string OtlpJson(const Resource& resource, const std::vector<SpanData>& spans);

// Of an ExportTraceServiceResponse: how many of the spans were refused. 0 also where the answer
// does not read as one.
int64_t RejectedSpans(absl::string_view json);

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_OTLP_JSON_H_
