// The spans of an API request: its own, and one below it for each call to the server. Each belongs
// to the request's coroutine, and ends with its scope.
#ifndef MUSTER_DASHBOARD_API_API_SPANS_H_
#define MUSTER_DASHBOARD_API_API_SPANS_H_

#include <grpcpp/grpcpp.h>

#include "common/http/exchange.h"
#include "common/trace/span.h"
#include "common/trace/tracer.h"
#include "dashboard-api/transcoder/routes.h"

namespace muster::dashboard {

struct Call;

// "GET /v1/{name=machines/*}", below the client's `traceparent`, by OpenTelemetry's conventions for
// HTTP (opentelemetry.io/docs/specs/semconv/http/http-spans): never the query, nor what the path
// names. The exchange's log line gets its trace.
class RequestSpan {
 public:
  RequestSpan(const trace::Tracer& tracer, const transcoder::Route& route,
              http::Exchange& exchange);
  ~RequestSpan();
  RequestSpan(const RequestSpan&) = delete;
  RequestSpan& operator=(const RequestSpan&) = delete;

  const trace::Span& span() const { return span_; }

 private:
  http::Exchange& exchange_;
  trace::Span span_;
};

// Of one gRPC call. What ends without Ended was given up: CANCELLED.
class CallSpan {
 public:
  explicit CallSpan(const Call& call);
  ~CallSpan();
  CallSpan(const CallSpan&) = delete;
  CallSpan& operator=(const CallSpan&) = delete;

  void Ended(const grpc::Status& status);
  const trace::SpanContext& context() const { return span_.context(); }

 private:
  trace::Span span_;
  grpc::StatusCode code_ = grpc::StatusCode::CANCELLED;
};

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_API_SPANS_H_
