#include "common/trace/otlp_json.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/json_string.h"
#include "common/text_checks.h"

namespace muster::trace {
namespace {

constexpr int kStatusError = 2;

void AppendText(std::string text, std::string& json) {
  if (!IsUtf8(text)) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c >= 0x80; }, '?');
  }
  AppendJsonString(text, json);
}

void AppendAttribute(const char* key, const std::variant<std::string, int64_t>& value,
                     std::string& json) {
  absl::StrAppend(&json, json.back() == '[' ? "" : ",", "{\"key\":\"", key, "\",\"value\":{");
  if (const auto* number = std::get_if<int64_t>(&value)) {
    absl::StrAppend(&json, "\"intValue\":\"", *number, "\"}}");
  } else {
    json += "\"stringValue\":";
    AppendText(std::get<std::string>(value), json);
    json += "}}";
  }
}

void AppendSpan(const SpanData& span, std::string& json) {
  absl::StrAppend(&json, json.back() == '[' ? "" : ",", "{\"traceId\":\"",
                  ToHex(span.context.trace), "\",\"spanId\":\"", ToHex(span.context.span), "\"");
  if (span.parent != SpanId{}) {
    absl::StrAppend(&json, ",\"parentSpanId\":\"", ToHex(span.parent), "\"");
  }
  json += ",\"name\":";
  AppendText(span.name, json);
  absl::StrAppend(&json, ",\"kind\":", static_cast<int>(span.kind), ",\"startTimeUnixNano\":\"",
                  absl::ToUnixNanos(span.start), "\",\"endTimeUnixNano\":\"",
                  absl::ToUnixNanos(span.end), "\",\"attributes\":[");
  for (const auto& [key, value] : span.attributes) AppendAttribute(key, value, json);
  json += ']';
  if (span.failed) absl::StrAppend(&json, ",\"status\":{\"code\":", kStatusError, "}");
  json += '}';
}

}  // namespace

std::string OtlpJson(const Resource& resource, const std::vector<SpanData>& spans) {
  std::string json = "{\"resourceSpans\":[{\"resource\":{\"attributes\":[";
  AppendAttribute("service.name", resource.service, json);
  AppendAttribute("service.version", resource.version, json);
  AppendAttribute("service.instance.id", resource.instance, json);
  json += "]},\"scopeSpans\":[{\"scope\":{\"name\":\"muster\",\"version\":";
  AppendText(resource.version, json);
  json += "},\"spans\":[";
  for (const SpanData& span : spans) AppendSpan(span, json);
  json += "]}]}]}";
  return json;
}

int64_t RejectedSpans(absl::string_view json) {
  google::protobuf::Struct answer;
  if (!google::protobuf::util::JsonStringToMessage(std::string(json), &answer).ok()) return 0;
  const auto partial = answer.fields().find("partialSuccess");
  if (partial == answer.fields().end()) return 0;
  const auto& fields = partial->second.struct_value().fields();
  const auto rejected = fields.find("rejectedSpans");
  if (rejected == fields.end()) return 0;
  // Of 64 bits: a string, though numbers are taken as well.
  int64_t count = static_cast<int64_t>(rejected->second.number_value());
  if (rejected->second.has_string_value() &&
      !absl::SimpleAtoi(rejected->second.string_value(), &count)) {
    return 0;
  }
  return count;
}

}  // namespace muster::trace
