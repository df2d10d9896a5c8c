// One call of the API under way, and the ways to answer it.
#ifndef MUSTER_DASHBOARD_API_API_CALL_H_
#define MUSTER_DASHBOARD_API_API_CALL_H_

#include <google/protobuf/arena.h>
#include <google/protobuf/message.h>

#include <memory>

#include "absl/status/status.h"
#include "common/http/exchange.h"
#include "common/log/log_field.h"
#include "common/trace/tracer.h"
#include "dashboard-api/api/api.h"
#include "dashboard-api/api/backend.h"
#include "dashboard-api/api/credentials.h"
#include "dashboard-api/api/spans.h"
#include "dashboard-api/transcoder/field_tree.h"
#include "dashboard-api/transcoder/request.h"
#include "dashboard-api/transcoder/routes.h"
#include "google/rpc/status.pb.h"

namespace muster::dashboard {

// What is known of a call once its request is bound.
struct Call {
  http::Exchange& exchange;
  Backend& backend;
  const ApiOptions& options;
  const trace::Tracer& tracer;
  const trace::Span& span;  // of the request
  const transcoder::Route& route;
  Credentials credentials;
  std::unique_ptr<google::protobuf::Message> request;
  transcoder::AnswerParameters answer;
  transcoder::FieldTree fields;

  // For a call to the server within this span.
  Metadata metadata(const CallSpan& of) const;
};

// What is logged of a call while this lives names its request and its trace. Not across a co_await.
class CallLog {
 public:
  explicit CallLog(const Call& call)
      : request_("requestId", call.exchange.request().id), trace_("traceId", call.span.LogId()) {}

 private:
  const LogField request_, trace_;
};

std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type);
// On the arena, which owns it: a page of a list is thousands of pieces.
google::protobuf::Message* NewMessage(const google::protobuf::Descriptor* type,
                                      google::protobuf::Arena* arena);

// One unary call to the server, with the request as it stands.
boost::asio::awaitable<UnaryAnswer> CallServer(const Call& call);

// The call's error as google.rpc.Status, with details where the server sent some.
google::rpc::Status ErrorOf(const UnaryAnswer& answer);

// AIP-193, with Retry-After where the server asks to wait. A session that is over loses its cookie.
http::Reply ErrorReply(const http::Request& request, const google::rpc::Status& error,
                       const Credentials& credentials);

// Each answers the exchange, whatever happens.
boost::asio::awaitable<void> AnswerUnary(Call& call);
// All pages of a list, as CSV or JSON lines.
boost::asio::awaitable<void> AnswerExport(Call& call, bool csv);
// Server-sent events (html.spec.whatwg.org, 9.2), or JSON lines.
boost::asio::awaitable<void> AnswerWatch(Call& call);
boost::asio::awaitable<void> AnswerDownload(Call& call);
boost::asio::awaitable<void> AnswerUpload(Call& call);

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_API_CALL_H_
