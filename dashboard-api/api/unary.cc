#include <optional>

#include "common/digest.h"
#include "dashboard-api/api/call.h"
#include "dashboard-api/transcoder/json_writer.h"
#include "muster/v1/operator.pb.h"
#include "muster/v1/session.pb.h"

namespace muster::dashboard {
namespace {

namespace asio = boost::asio;

constexpr size_t kTagDigits = 32;
constexpr size_t kJsonGrowth = 3;  // names of fields, mostly

// Moves a new session's token from the answer into its cookie: no script of the page ever holds it.
std::optional<std::string> TakeSessionToken(google::protobuf::Message& response) {
  auto* session = google::protobuf::DynamicCastToGenerated<v1::Session>(&response);
  if (session == nullptr || session->token().empty()) return std::nullopt;
  std::string token = std::move(*session->mutable_token());
  session->clear_token();
  return token;
}

bool EndsSession(const transcoder::Route& route) {
  return route.method->full_name() == "muster.v1.SessionService.DeleteCurrentSession";
}

}  // namespace

asio::awaitable<void> AnswerUnary(Call& call) {
  UnaryAnswer answer = co_await CallServer(call);
  const size_t size = answer.response.Length();
  const http::Request& request = call.exchange.request();
  google::protobuf::Arena arena;
  google::protobuf::Message* response = NewMessage(call.route.method->output_type(), &arena);
  if (answer.status.ok() && !Parse(std::move(answer.response), *response)) {
    answer.status = grpc::Status(grpc::StatusCode::INTERNAL, "the server's answer is not readable");
  }
  if (!answer.status.ok()) {
    co_return co_await call.exchange.Respond(
        ErrorReply(request, ErrorOf(answer), call.credentials));
  }
  http::Reply reply;
  reply.content_type = "application/json";
  if (const auto token = TakeSessionToken(*response)) {
    reply.headers.emplace_back("Set-Cookie", SessionCookie(request, *token));
  } else if (EndsSession(call.route) && call.credentials.from_cookie) {
    reply.headers.emplace_back("Set-Cookie", ExpiredSessionCookie(request));
  }
  reply.body.reserve(kJsonGrowth * size);
  transcoder::AppendJson(*response, call.fields, reply.body);
  if (call.route.http_method == "GET") {
    reply.etag = Sha256(reply.body).ToHex().substr(0, kTagDigits);
    reply.compressible = true;  // secrets are only ever in answers to POST
    reply.headers.emplace_back("Cache-Control", "private, no-cache");
  } else {
    reply.headers.emplace_back("Cache-Control", "no-store");
  }
  co_await call.exchange.Respond(std::move(reply));
}

}  // namespace muster::dashboard
