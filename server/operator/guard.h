// The one door of the operator API: every RPC passes it before anything is looked at.
#ifndef MUSTER_SERVER_OPERATOR_GUARD_H_
#define MUSTER_SERVER_OPERATOR_GUARD_H_

#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/log/log_field.h"
#include "common/trace/conventions.h"
#include "common/trace/span.h"
#include "common/trace/tracer.h"
#include "server/identity/access.h"

namespace muster::operator_api {

// With google.rpc details (AIP-193): RetryInfo where the caller is to come again; BadRequest where
// an INVALID_ARGUMENT begins with the path of a field, "page_size: …".
grpc::Status ToGrpc(const absl::Status& status);

// Thread-safe and copyable; `access` and `tracer` must outlive it.
class Guard {
 public:
  Guard(identity::Access& access, const trace::Tracer& tracer)
      : access_(&access), tracer_(&tracer) {}

  // Admits the call by its `authorization: Bearer` metadata and the role that `method` (a full
  // name) declares, then runs `handler`: (const identity::Call&) -> absl::Status. A denial is
  // audited and the handler is not run. What is logged meanwhile has the call's `x-request-id`, and
  // its trace: the call is a span below the caller's `traceparent`, the handler's own below it.
  template <typename Handler>
  grpc::Status Run(const grpc::ServerContext& context, absl::string_view method, Handler handler) {
    const LogField request("requestId", RequestId(context));
    trace::Span span = StartSpan(context, method);
    const trace::CurrentSpan current(span);
    auto call = Admit(BearerToken(context), method);
    const absl::Status status = call.ok() ? handler(*call) : call.status();
    LogFault(method, status);
    trace::SetRpcStatus(trace::SpanKind::kServer, status.code(), span);
    return ToGrpc(status);
  }

  // The same door for a reactor, which may not block: it takes the token, and asks on a thread of
  // its own.
  static std::string BearerToken(const grpc::ServerContextBase& context);
  absl::StatusOr<identity::Call> Admit(absl::string_view token, absl::string_view method);
  // Of a reactor's call; whoever holds the span says how the call ended, and ends it.
  trace::Span StartSpan(const grpc::ServerContextBase& context, absl::string_view method) const;

 private:
  // Empty where there is none, or it is not 1 to 128 visible ASCII characters.
  static std::string RequestId(const grpc::ServerContextBase& context);
  // A line where the fault is the server's own.
  static void LogFault(absl::string_view method, const absl::Status& status);

  identity::Access* access_;
  const trace::Tracer* tracer_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_GUARD_H_
