#include "dashboard-api/api/call.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "dashboard-api/transcoder/errors.h"

namespace muster::dashboard {

Metadata Call::metadata(const CallSpan& of) const {
  Metadata metadata = {{"x-request-id", exchange.request().id}};
  if (!credentials.authorization.empty()) {
    metadata.emplace_back("authorization", credentials.authorization);
  }
  if (of.context().valid()) {
    metadata.emplace_back(trace::kTraceParent, trace::FormatTraceParent(of.context()));
  }
  return metadata;
}

std::unique_ptr<google::protobuf::Message> NewMessage(const google::protobuf::Descriptor* type) {
  return std::unique_ptr<google::protobuf::Message>(NewMessage(type, nullptr));
}

google::protobuf::Message* NewMessage(const google::protobuf::Descriptor* type,
                                      google::protobuf::Arena* arena) {
  return google::protobuf::MessageFactory::generated_factory()->GetPrototype(type)->New(arena);
}

boost::asio::awaitable<UnaryAnswer> CallServer(const Call& call) {
  CallSpan span(call);
  UnaryAnswer answer =
      co_await call.backend.Call(call.route.grpc_path, call.metadata(span),
                                 Serialize(*call.request), call.options.call_timeout);
  span.Ended(answer.status);
  co_return answer;
}

google::rpc::Status ErrorOf(const UnaryAnswer& answer) {
  google::rpc::Status error;
  if (answer.status.error_code() == grpc::StatusCode::CANCELLED) {
    // Not by who asked, who would not be told: gRPC says so of a server that stops.
    error.set_code(grpc::StatusCode::UNAVAILABLE);
    error.set_message("the server ended the call: it is stopping; try again");
    return error;
  }
  if (answer.error_details.empty() || !error.ParseFromString(answer.error_details) ||
      error.code() != answer.status.error_code()) {
    error.Clear();
  }
  error.set_code(answer.status.error_code());
  error.set_message(answer.status.error_message());
  return error;
}

http::Reply ErrorReply(const http::Request& request, const google::rpc::Status& error,
                       const Credentials& credentials) {
  http::Reply reply;
  reply.status = transcoder::HttpCodeOf(error.code());
  reply.content_type = "application/json";
  reply.body = transcoder::ErrorJson(error, reply.status);
  reply.headers = {{"Cache-Control", "no-store"}};
  if (const auto delay = transcoder::RetryDelay(error)) {
    const auto seconds = static_cast<int64_t>(std::ceil(absl::ToDoubleSeconds(*delay)));
    reply.headers.emplace_back("Retry-After", absl::StrCat(seconds));
  } else if (reply.status == 429 || reply.status == 503) {
    reply.headers.emplace_back("Retry-After", "1");
  }
  if (reply.status == 401) {
    reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    if (credentials.from_cookie) {
      reply.headers.emplace_back("Set-Cookie", ExpiredSessionCookie(request));
    }
  }
  return reply;
}

}  // namespace muster::dashboard
