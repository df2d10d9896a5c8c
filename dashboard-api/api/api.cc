#include "dashboard-api/api/api.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dashboard-api/api/call.h"
#include "dashboard-api/api/spans.h"
#include "dashboard-api/transcoder/errors.h"
#include "dashboard-api/transcoder/url.h"

namespace muster::dashboard {
namespace {

namespace asio = boost::asio;
using transcoder::Route;

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

bool ChangesSomething(const Route& route) { return route.http_method != "GET"; }

// What makes a session's cookie: a password, but no cookie yet.
bool OpensSession(const Route& route) {
  return route.method->full_name() == "muster.v1.SessionService.CreateSession";
}

absl::Status CheckContentType(const http::Request& request, const Route& route, bool has_body) {
  if (!has_body || route.kind == Route::Kind::kUpload) return absl::OkStatus();
  const auto type = View(request.Field("Content-Type"));
  if (absl::StartsWithIgnoreCase(type, "application/json")) return absl::OkStatus();
  return absl::InvalidArgumentError("a body must be application/json");
}

// "text/csv", "application/jsonl" or "text/event-stream", by parameter or by Accept.
std::string WantedFormat(const http::Request& request, const transcoder::AnswerParameters& answer) {
  if (!answer.format.empty()) return answer.format;
  const auto accept = request.Field("Accept");
  if (http::ListAccepts(accept, "text/csv")) return "csv";
  return http::ListAccepts(accept, "application/jsonl") ? "jsonl" : "json";
}

}  // namespace

asio::awaitable<void> Api::Handle(http::Exchange& exchange) {
  const http::Request& request = exchange.request();
  Credentials credentials = CredentialsOf(request);
  const auto refuse = [&](const absl::Status& status, int http_code = 0) {
    http::Reply reply = ErrorReply(request, transcoder::ToRpcStatus(status), credentials);
    if (http_code != 0) {
      reply.status = http_code;
      reply.body = transcoder::ErrorJson(transcoder::ToRpcStatus(status), http_code);
    }
    return reply;
  };
  auto path = transcoder::RequestPath::Parse(request.path);
  if (!path.ok()) co_return co_await exchange.Respond(refuse(path.status()));
  auto match = routes_.Find(request.method, *path);
  if (absl::IsUnimplemented(match.status())) {
    http::Reply reply = refuse(match.status(), 405);
    reply.headers.emplace_back("Allow", routes_.AllowedMethods(*path));
    co_return co_await exchange.Respond(std::move(reply));
  }
  if (!match.ok()) co_return co_await exchange.Respond(refuse(match.status()));
  const Route& route = *match->route;
  exchange.SetRoute(route.path.text());
  const RequestSpan span(tracer_, route, exchange);
  if ((credentials.from_cookie && ChangesSomething(route)) || OpensSession(route)) {
    if (auto same = CheckSameOrigin(request); !same.ok()) {
      co_return co_await exchange.Respond(refuse(same));
    }
  }
  auto query = transcoder::ParseQuery(View(request.query));
  if (!query.ok()) co_return co_await exchange.Respond(refuse(query.status()));

  std::string body;
  if (route.kind != Route::Kind::kUpload) {
    auto read = co_await exchange.ReadBody(options_.max_body_bytes);
    if (!read) {
      co_return co_await exchange.Respond(
          refuse(absl::InvalidArgumentError("the body is too large"), 413));
    }
    body = *std::move(read);
  }
  if (auto type = CheckContentType(request, route, !body.empty()); !type.ok()) {
    co_return co_await exchange.Respond(refuse(type, 415));
  }
  auto bound = transcoder::BindRequest(*match, *query, body);
  if (!bound.ok()) co_return co_await exchange.Respond(refuse(bound.status()));
  auto fields = transcoder::FieldTree::Parse(*route.method->output_type(), bound->answer.fields);
  if (!fields.ok()) co_return co_await exchange.Respond(refuse(fields.status()));

  Call call{exchange,
            backend_,
            options_,
            tracer_,
            span.span(),
            route,
            std::move(credentials),
            std::move(bound->message),
            std::move(bound->answer),
            *std::move(fields)};
  const std::string format = WantedFormat(request, call.answer);
  switch (route.kind) {
    case Route::Kind::kWatch:
      co_return co_await AnswerWatch(call);
    case Route::Kind::kDownload:
      co_return co_await AnswerDownload(call);
    case Route::Kind::kUpload:
      co_return co_await AnswerUpload(call);
    case Route::Kind::kUnary:
      if (route.rows == nullptr || format == "json") co_return co_await AnswerUnary(call);
      co_return co_await AnswerExport(call, format == "csv");
  }
}

}  // namespace muster::dashboard
