// Which trace a call belongs to, and how that travels with it: the header `traceparent` of W3C
// Trace Context (w3.org/TR/trace-context). Plain values, pure functions.
#ifndef MUSTER_COMMON_TRACE_TRACE_CONTEXT_H_
#define MUSTER_COMMON_TRACE_TRACE_CONTEXT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace muster::trace {

// All zeros: none.
using TraceId = std::array<uint8_t, 16>;
using SpanId = std::array<uint8_t, 8>;

// Lower-case hex digits.
std::string ToHex(const TraceId& id);
std::string ToHex(const SpanId& id);

// A span, as its children and other programs know it.
struct SpanContext {
  TraceId trace{};
  SpanId span{};
  bool sampled = false;  // it is recorded, and its children are to be

  bool valid() const { return trace != TraceId{} && span != SpanId{}; }
  bool operator==(const SpanContext&) const = default;
};

// The name of the header, and of the gRPC metadata.
inline constexpr char kTraceParent[] = "traceparent";

// Nothing where it does not read as version 00, or as a higher one as section "Versioning of
// traceparent" has those read: whoever is called then begins a trace of its own.
std::optional<SpanContext> ParseTraceParent(absl::string_view text);

// "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", of a valid context.
std::string FormatTraceParent(const SpanContext& context);

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_TRACE_CONTEXT_H_
