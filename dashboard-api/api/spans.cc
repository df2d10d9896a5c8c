#include "dashboard-api/api/spans.h"

#include "absl/strings/str_cat.h"
#include "common/trace/conventions.h"
#include "dashboard-api/api/call.h"

namespace muster::dashboard {
namespace {

constexpr int kClientGone = 499;  // as in the access log

trace::SpanContext CallerOf(const http::Request& request) {
  const std::string_view header = request.Field(trace::kTraceParent);
  return trace::ParseTraceParent({header.data(), header.size()}).value_or(trace::SpanContext());
}

}  // namespace

RequestSpan::RequestSpan(const trace::Tracer& tracer, const transcoder::Route& route,
                         http::Exchange& exchange)
    : exchange_(exchange),
      span_(tracer.Start(absl::StrCat(exchange.request().method, " ", route.path.text()),
                         trace::SpanKind::kServer, CallerOf(exchange.request()))) {
  const http::Request& request = exchange.request();
  exchange.SetTrace(span_.LogId());
  span_.Set("http.request.method", request.method);
  span_.Set("http.route", route.path.text());
  span_.Set("url.scheme", request.secure ? "https" : "http");
  span_.Set("muster.request_id", request.id);
}

RequestSpan::~RequestSpan() {
  const int status = exchange_.status() == 0 ? kClientGone : exchange_.status();
  span_.SetNumber("http.response.status_code", status);
  if (status == kClientGone || status >= 500) span_.Fail(absl::StrCat(status));
}

CallSpan::CallSpan(const Call& call)
    : span_(trace::StartRpcSpan(call.tracer, trace::SpanKind::kClient,
                                call.route.method->full_name(), call.span.context())) {}

CallSpan::~CallSpan() {
  trace::SetRpcStatus(trace::SpanKind::kClient, static_cast<absl::StatusCode>(code_), span_);
}

void CallSpan::Ended(const grpc::Status& status) { code_ = status.error_code(); }

}  // namespace muster::dashboard
