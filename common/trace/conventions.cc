#include "common/trace/conventions.h"

#include "absl/strings/str_cat.h"

namespace muster::trace {
namespace {

// Of an RPC's server; opentelemetry.io/docs/specs/semconv/rpc/grpc, "Server".
bool IsFaultOfServer(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDataLoss:
      return true;
    default:
      return false;
  }
}

}  // namespace

Span StartRpcSpan(const Tracer& tracer, SpanKind kind, absl::string_view method,
                  const SpanContext& parent) {
  const size_t dot = method.rfind('.');
  const absl::string_view service = method.substr(0, dot), name = method.substr(dot + 1);
  Span span = tracer.Start(absl::StrCat(service, "/", name), kind, parent);
  span.Set("rpc.system", "grpc");
  span.Set("rpc.service", service);
  span.Set("rpc.method", name);
  return span;
}

void SetRpcStatus(SpanKind kind, absl::StatusCode code, Span& span) {
  span.SetNumber("rpc.grpc.status_code", static_cast<int>(code));
  const bool failed =
      kind == SpanKind::kServer ? IsFaultOfServer(code) : code != absl::StatusCode::kOk;
  if (failed) span.Fail(absl::StatusCodeToString(code));
}

Span StartDatabaseSpan(absl::string_view what) {
  Span span = StartBelowCurrent(what, SpanKind::kClient);
  span.Set("db.system", "postgresql");
  return span;
}

void SetDatabaseStatus(absl::StatusCode code, Span& span) {
  switch (code) {  // as server/store/status_internal.h makes them
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kResourceExhausted:
    case absl::StatusCode::kAborted:
    case absl::StatusCode::kInternal:
      return span.Fail(absl::StatusCodeToString(code));
    default:
      return;
  }
}

}  // namespace muster::trace
