// Spans of calls as OpenTelemetry's semantic conventions describe them
// (opentelemetry.io/docs/specs/semconv): RPCs by the names of version 1.37, databases by those of
// 1.24.
#ifndef MUSTER_COMMON_TRACE_CONVENTIONS_H_
#define MUSTER_COMMON_TRACE_CONVENTIONS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/trace/span.h"
#include "common/trace/tracer.h"

namespace muster::trace {

// Of either end of a gRPC call. `method` is its full name, "muster.v1.FleetService.ListMachines";
// the span's is "muster.v1.FleetService/ListMachines".
Span StartRpcSpan(const Tracer& tracer, SpanKind kind, absl::string_view method,
                  const SpanContext& parent);
// How the call ended. For its client all but OK is a failure; for its server only what is the
// server's own fault.
void SetRpcStatus(SpanKind kind, absl::StatusCode code, Span& span);

// Of one transaction, below the calling thread's current span. `what` is done in it, as a constant
// of the program's: neither values nor statements.
Span StartDatabaseSpan(absl::string_view what);
// A failure where it is the database's: that something is not there is an answer.
void SetDatabaseStatus(absl::StatusCode code, Span& span);

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_CONVENTIONS_H_
