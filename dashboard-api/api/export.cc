#include <spdlog/spdlog.h>

#include <optional>

#include "absl/strings/str_cat.h"
#include "common/http/compression.h"
#include "dashboard-api/api/call.h"
#include "dashboard-api/transcoder/csv.h"
#include "dashboard-api/transcoder/errors.h"
#include "dashboard-api/transcoder/json_writer.h"

namespace muster::dashboard {
namespace {

namespace asio = boost::asio;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kPageSize = 1000;
constexpr char kByteOrderMark[] = "\xEF\xBB\xBF";

std::string PageToken(const Message& response) {
  const FieldDescriptor* field = response.GetDescriptor()->FindFieldByName("next_page_token");
  return field == nullptr ? "" : response.GetReflection()->GetString(response, field);
}

void SetPageToken(Message& request, const std::string& token) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("page_token");
  request.GetReflection()->SetString(&request, field, token);
}

// The largest pages, unless the client says otherwise.
void SetPageSize(Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("page_size");
  if (field != nullptr && request.GetReflection()->GetInt32(request, field) == 0) {
    request.GetReflection()->SetInt32(&request, field, kPageSize);
  }
}

}  // namespace

asio::awaitable<void> AnswerExport(Call& call, bool csv) {
  const http::Request& http_request = call.exchange.request();
  const FieldDescriptor* rows = call.route.rows;
  const transcoder::FieldTree* of_row = call.fields.Find(rows);
  if (of_row == nullptr) {
    co_return co_await call.exchange.Respond(ErrorReply(
        http_request,
        transcoder::ToRpcStatus(transcoder::BadField(
            "fields", absl::StrCat("an export has fields of ", rows->json_name(), " alone"))),
        call.credentials));
  }
  const transcoder::CsvTable table(*rows->message_type(), *of_row);
  const bool gzip = http::ListAccepts(http_request.Field("Accept-Encoding"), "gzip");
  std::optional<http::GzipStream> packer;
  SetPageSize(*call.request);
  bool begun = false;
  for (std::string token;;) {
    UnaryAnswer answer = co_await CallServer(call);
    auto response = NewMessage(call.route.method->output_type());
    if (answer.status.ok() && !Parse(std::move(answer.response), *response)) {
      answer.status =
          grpc::Status(grpc::StatusCode::INTERNAL, "the server's answer is not readable");
    }
    if (!answer.status.ok()) {
      if (begun) {
        const CallLog about(call);
        spdlog::warn("an export ended early: {}", answer.status.error_message());
        co_return;  // without its end, so that nobody takes it for whole
      }
      co_return co_await call.exchange.Respond(
          ErrorReply(http_request, ErrorOf(answer), call.credentials));
    }
    std::string text;
    if (!begun) {
      begun = true;
      http::Reply head;
      head.content_type = csv ? "text/csv; charset=utf-8; header=present" : "application/jsonl";
      head.headers = {
          {"Cache-Control", "no-store"},
          {"Vary", "Accept, Accept-Encoding"},
          {"Content-Disposition", absl::StrCat("attachment; filename=\"", rows->json_name(),
                                               csv ? ".csv\"" : ".jsonl\"")}};
      if (gzip) {
        head.headers.emplace_back("Content-Encoding", "gzip");
        packer.emplace();
      }
      co_await call.exchange.BeginStream(std::move(head));
      if (csv) {
        text = absl::StrCat(call.answer.byte_order_mark ? kByteOrderMark : "", table.Header());
      }
    }
    const auto& reflection = *response->GetReflection();
    for (int i = 0; i < reflection.FieldSize(*response, rows); ++i) {
      const Message& row = reflection.GetRepeatedMessage(*response, rows, i);
      if (csv) {
        table.AppendRow(row, text);
      } else {
        transcoder::AppendJson(row, *of_row, text);
        text += '\n';
      }
    }
    if (packer) text = packer->Write(text);
    co_await call.exchange.Write(text);
    const std::string next = PageToken(*response);
    if (next.empty() || next == token) break;
    token = next;
    SetPageToken(*call.request, token);
  }
  if (packer) {
    const std::string rest = packer->Finish();
    co_await call.exchange.Write(rest);
  }
  co_await call.exchange.EndStream();
}

}  // namespace muster::dashboard
