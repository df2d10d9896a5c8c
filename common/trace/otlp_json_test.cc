#include "common/trace/otlp_json.h"

#include <gmock/gmock.h>
#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

namespace muster::trace {
namespace {

using ::testing::HasSubstr;

SpanData ASpan() {
  SpanData span;
  span.context = *ParseTraceParent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
  span.name = "GET /v1/machines";
  span.kind = SpanKind::kServer;
  span.start = absl::FromUnixSeconds(1'544'712'660);
  span.end = span.start + absl::Nanoseconds(1'000'000'001);
  return span;
}

bool IsJson(const std::string& json) {
  google::protobuf::Struct object;
  return google::protobuf::util::JsonStringToMessage(json, &object).ok();
}

TEST(OtlpJsonTest, IsWhatTheSpecificationSays) {
  SpanData child = ASpan();
  child.parent = child.context.span;
  child.kind = SpanKind::kClient;
  child.attributes = {{"rpc.system", "grpc"}, {"rpc.grpc.status_code", int64_t{14}}};
  child.failed = true;
  const std::string json = OtlpJson({"muster-server", "1.2.3", "instance-1"}, {ASpan(), child});
  EXPECT_EQ(
      json,
      R"({"resourceSpans":[{"resource":{"attributes":[)"
      R"({"key":"service.name","value":{"stringValue":"muster-server"}},)"
      R"({"key":"service.version","value":{"stringValue":"1.2.3"}},)"
      R"({"key":"service.instance.id","value":{"stringValue":"instance-1"}}]},)"
      R"("scopeSpans":[{"scope":{"name":"muster","version":"1.2.3"},"spans":[)"
      R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",)"
      R"("name":"GET /v1/machines","kind":2,"startTimeUnixNano":"1544712660000000000",)"
      R"("endTimeUnixNano":"1544712661000000001","attributes":[]},)"
      R"({"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7",)"
      R"("parentSpanId":"00f067aa0ba902b7","name":"GET /v1/machines","kind":3,)"
      R"("startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000001",)"
      R"("attributes":[{"key":"rpc.system","value":{"stringValue":"grpc"}},)"
      R"({"key":"rpc.grpc.status_code","value":{"intValue":"14"}}],"status":{"code":2}}]}]}]})");
  EXPECT_TRUE(IsJson(json));
}

TEST(OtlpJsonTest, IsJsonWhateverAValueIs) {
  SpanData span = ASpan();
  span.attributes = {{"a", "two\nlines, \"quotes\" and \x1b"}, {"b", "no UTF-8: \xff"}};
  const std::string json = OtlpJson({"s", "v", "i"}, {span});
  EXPECT_TRUE(IsJson(json)) << json;
  EXPECT_THAT(json, HasSubstr("no UTF-8: ?"));
}

TEST(OtlpJsonTest, APartialSuccessSaysHowManyWereRefused) {
  EXPECT_EQ(RejectedSpans(R"({"partialSuccess":{"rejectedSpans":"3","errorMessage":"no"}})"), 3);
  EXPECT_EQ(RejectedSpans(R"({"partialSuccess":{"rejectedSpans":3}})"), 3);
  EXPECT_EQ(RejectedSpans(R"({"partialSuccess":{"errorMessage":"a warning"}})"), 0);
  for (const char* text : {"{}", "", "[]", "no JSON", R"({"partialSuccess":7})",
                           R"({"partialSuccess":{"rejectedSpans":"x"}})"}) {
    EXPECT_EQ(RejectedSpans(text), 0) << text;
  }
}

}  // namespace
}  // namespace muster::trace
