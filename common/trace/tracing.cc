#include "common/trace/tracing.h"

#include "absl/strings/str_format.h"
#include "absl/time/clock.h"

namespace muster::trace {
namespace {

// Of this process alone: a UUID of version 4 (RFC 9562, 5.4), as the conventions for
// service.instance.id want it.
std::string NewInstanceId() {
  const uint64_t head = RandomBits(), tail = RandomBits();
  return absl::StrFormat("%08x-%04x-4%03x-%04x-%012x", head >> 32, head >> 16 & 0xFFFF,
                         head & 0xFFF, 0x8000 | (tail >> 48 & 0x3FFF), tail & 0xFFFFFFFFFFFF);
}

}  // namespace

Tracing::Tracing(const TracingOptions& options, const std::string& service,
                 const std::string& version) {
  if (options.endpoint.empty()) {
    tracer_ = std::make_unique<const Tracer>();
    return;
  }
  exporter_ =
      std::make_unique<Exporter>(ExporterOptions{.collector = {options.endpoint, options.ca_file},
                                                 .resource = {service, version, NewInstanceId()}});
  tracer_ = std::make_unique<const Tracer>(
      *exporter_, options.ratio, [] { return absl::Now(); }, RandomBits);
}

}  // namespace muster::trace
