#include <spdlog/spdlog.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>

#include "absl/strings/str_cat.h"
#include "dashboard-api/api/call.h"
#include "dashboard-api/transcoder/errors.h"
#include "dashboard-api/transcoder/json_writer.h"

namespace muster::dashboard {
namespace {

namespace asio = boost::asio;

// How long a browser waits before it connects again.
constexpr char kHello[] = "retry: 2000\n\n";
constexpr char kHeartbeat[] = ": still here\n\n";

// Messages as one of two texts: server-sent events, or lines of JSON.
class Framing {
 public:
  explicit Framing(bool events) : events_(events) {}

  std::string Message(const std::string& json) {
    if (!events_) return absl::StrCat(json, "\n");
    return absl::StrCat("id: ", ++sequence_, "\ndata: ", json, "\n\n");
  }
  std::string End() const { return events_ ? "event: end\ndata: {}\n\n" : ""; }
  std::string Error(const google::rpc::Status& error) const {
    const std::string json = transcoder::ErrorJson(error, transcoder::HttpCodeOf(error.code()));
    return events_ ? absl::StrCat("event: error\ndata: ", json, "\n\n") : absl::StrCat(json, "\n");
  }
  bool events() const { return events_; }

 private:
  const bool events_;
  int64_t sequence_ = 0;
};

// Until the call ends. Each message is written before the next is asked for: a client that is slow
// holds back its own call, and nothing piles up here.
asio::awaitable<void> Relay(Call& call, StreamCall& stream, CallSpan& span, Framing& framing) {
  auto message = NewMessage(call.route.method->output_type());
  grpc::ByteBuffer bytes;
  bool begun = false;
  for (;;) {
    const auto event = co_await stream.Read(bytes, call.options.heartbeat);
    std::string text;
    if (event == StreamCall::Event::kEnd) break;
    if (event == StreamCall::Event::kTimeout) {
      if (!framing.events()) continue;
      text = kHeartbeat;
    } else {
      if (!Parse(std::move(bytes), *message)) {
        const CallLog about(call);
        spdlog::error("a watch ended: the server's message is not readable");
        co_return;
      }
      std::string json;
      transcoder::AppendJson(*message, call.fields, json);
      text = framing.Message(json);
    }
    if (!begun) {
      begun = true;
      http::Reply head;
      head.content_type = framing.events() ? "text/event-stream" : "application/jsonl";
      head.headers = {{"Cache-Control", "no-store"}, {"X-Accel-Buffering", "no"}};
      co_await call.exchange.BeginStream(std::move(head));
      if (framing.events()) co_await call.exchange.Write(kHello);
    }
    co_await call.exchange.Write(text);
  }
  const UnaryAnswer answer = co_await stream.Finish();
  span.Ended(answer.status);
  if (!begun) {
    if (!answer.status.ok()) {
      co_return co_await call.exchange.Respond(
          ErrorReply(call.exchange.request(), ErrorOf(answer), call.credentials));
    }
    http::Reply head;
    head.content_type = framing.events() ? "text/event-stream" : "application/jsonl";
    head.headers = {{"Cache-Control", "no-store"}};
    co_await call.exchange.BeginStream(std::move(head));
  }
  const std::string end = answer.status.ok() ? framing.End() : framing.Error(ErrorOf(answer));
  co_await call.exchange.Write(end);
  co_await call.exchange.EndStream();
}

}  // namespace

asio::awaitable<void> AnswerWatch(Call& call) {
  using asio::experimental::awaitable_operators::operator||;
  Framing framing(
      !http::ListAccepts(call.exchange.request().Field("Accept"), "application/jsonl") &&
      call.answer.format != "jsonl");
  CallSpan span(call);
  StreamCall stream(call.backend, call.route.grpc_path, call.metadata(span),
                    co_await asio::this_coro::executor);
  if (!co_await stream.Write(Serialize(*call.request), /*last=*/true)) {
    const UnaryAnswer answer = co_await stream.Finish();
    span.Ended(answer.status);
    co_return co_await call.exchange.Respond(
        ErrorReply(call.exchange.request(), ErrorOf(answer), call.credentials));
  }
  co_await (Relay(call, stream, span, framing) || call.exchange.UntilGone());
}

}  // namespace muster::dashboard
