#include <spdlog/spdlog.h>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <exception>
#include <optional>
#include <utility>

#include "dashboard-api/api/call.h"
#include "dashboard-api/transcoder/errors.h"
#include "dashboard-api/transcoder/json_writer.h"

namespace muster::dashboard {
namespace {

namespace asio = boost::asio;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr size_t kUploadPart = 1024 * 1024;  // UploadPayloadRequest.data

asio::awaitable<void> RespondError(Call& call, const google::rpc::Status& error) {
  co_await call.exchange.Respond(ErrorReply(call.exchange.request(), error, call.credentials));
}

// The next part of the body. Nothing where the call was answered while the client sent none:
// whoever is refused need not send on to learn of it.
asio::awaitable<std::optional<std::string>> NextPart(Call& call, StreamCall& stream) {
  using asio::experimental::awaitable_operators::operator||;
  std::exception_ptr broken;
  const auto read = [&]() -> asio::awaitable<std::string> {
    try {
      co_return co_await call.exchange.ReadBodyPart(kUploadPart);
    } catch (const boost::system::system_error&) {
      broken = std::current_exception();
    }
    co_return std::string();
  };
  auto first = co_await (read() || stream.UntilAnswered());
  if (first.index() == 1) co_return std::nullopt;
  if (broken) std::rethrow_exception(broken);
  co_return std::get<0>(std::move(first));
}

// Gives the rest of the body to the call; false where the call ended before, or the body is too
// long.
asio::awaitable<bool> SendBody(Call& call, StreamCall& stream, bool& too_large) {
  const FieldDescriptor* data = call.request->GetDescriptor()->FindFieldByName(call.route.body);
  auto part = NewMessage(call.route.method->input_type());
  uint64_t sent = 0;
  for (;;) {
    std::optional<std::string> bytes = co_await NextPart(call, stream);
    if (!bytes) co_return false;
    const bool last = bytes->size() < kUploadPart;
    sent += bytes->size();
    too_large = sent > call.options.max_upload_bytes;
    if (too_large) co_return false;
    part->GetReflection()->SetString(part.get(), data, *std::move(bytes));
    if (!co_await stream.Write(Serialize(*part), last)) co_return false;
    if (last) co_return true;
  }
}

}  // namespace

asio::awaitable<void> AnswerDownload(Call& call) {
  CallSpan span(call);
  StreamCall stream(call.backend, call.route.grpc_path, call.metadata(span),
                    co_await asio::this_coro::executor);
  co_await stream.Write(Serialize(*call.request), /*last=*/true);
  auto message = NewMessage(call.route.method->output_type());
  const FieldDescriptor* data = message->GetDescriptor()->field(0);
  grpc::ByteBuffer bytes;
  bool begun = false;
  http::Reply head;
  head.content_type = "application/octet-stream";
  head.headers = {{"Cache-Control", "no-store"}, {"Content-Disposition", "attachment"}};
  for (;;) {
    const auto event = co_await stream.Read(bytes, call.options.call_timeout);
    if (event == StreamCall::Event::kTimeout) {
      stream.Cancel();
      continue;
    }
    if (event == StreamCall::Event::kEnd) break;
    if (!Parse(std::move(bytes), *message)) co_return;
    if (!std::exchange(begun, true)) co_await call.exchange.BeginStream(head);
    std::string scratch;
    co_await call.exchange.Write(
        message->GetReflection()->GetStringReference(*message, data, &scratch));
  }
  const UnaryAnswer answer = co_await stream.Finish();
  span.Ended(answer.status);
  if (!answer.status.ok()) {
    if (!begun) co_return co_await RespondError(call, ErrorOf(answer));
    const CallLog about(call);
    spdlog::warn("a download ended early: {}", answer.status.error_message());
    co_return;  // without its end, so that nobody takes it for whole
  }
  if (!begun) co_await call.exchange.BeginStream(head);
  co_await call.exchange.EndStream();
}

asio::awaitable<void> AnswerUpload(Call& call) {
  CallSpan span(call);
  StreamCall stream(call.backend, call.route.grpc_path, call.metadata(span),
                    co_await asio::this_coro::executor);
  bool too_large = false;
  if (co_await stream.Write(Serialize(*call.request), /*last=*/false)) {
    co_await SendBody(call, stream, too_large);
  }
  if (too_large) {
    http::Reply reply =
        ErrorReply(call.exchange.request(),
                   transcoder::ToRpcStatus(absl::InvalidArgumentError("the file is too large")),
                   call.credentials);
    reply.status = 413;
    co_return co_await call.exchange.Respond(std::move(reply));
  }
  grpc::ByteBuffer bytes;
  StreamCall::Event event;
  do {
    event = co_await stream.Read(bytes, call.options.call_timeout);
    if (event == StreamCall::Event::kTimeout) stream.Cancel();
  } while (event == StreamCall::Event::kTimeout);
  const UnaryAnswer answer = co_await stream.Finish();
  span.Ended(answer.status);
  if (!answer.status.ok()) co_return co_await RespondError(call, ErrorOf(answer));
  auto response = NewMessage(call.route.method->output_type());
  if (event == StreamCall::Event::kEnd || !Parse(std::move(bytes), *response)) {
    google::rpc::Status error;
    error.set_code(static_cast<int>(absl::StatusCode::kInternal));
    error.set_message("the server's answer is not readable");
    co_return co_await RespondError(call, error);
  }
  http::Reply reply;
  reply.content_type = "application/json";
  reply.headers = {{"Cache-Control", "no-store"}};
  transcoder::AppendJson(*response, call.fields, reply.body);
  co_await call.exchange.Respond(std::move(reply));
}

}  // namespace muster::dashboard
