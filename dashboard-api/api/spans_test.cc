// What a request leaves of itself in a trace.
#include <gmock/gmock.h>

#include "dashboard-api/api/access_log.h"
#include "dashboard-api/api/site_test_support.h"

namespace muster::dashboard {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using trace::AttributesOf;
using trace::SpanData;
using trace::SpanKind;

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kCaller[] = "00f067aa0ba902b7";
constexpr char kTraceParent[] =
    "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";

class SpansTest : public SiteTest {};

TEST_F(SpansTest, ARequestAndItsCallHangBelowTheClientsSpan) {
  Start();
  const auto reply = Exchange("GET", "/v1/machines?filter=name%3D%22PC-SECRET%22",
                              absl::StrCat(kTraceParent, "X-Request-Id: page-1\r\n"));
  ASSERT_EQ(reply.result_int(), 200u);
  const std::vector<SpanData> spans = spans_.Await(2);
  ASSERT_THAT(spans, SizeIs(2));
  const SpanData &call = spans[0], &request = spans[1];
  EXPECT_EQ(request.name, "GET /v1/machines");
  EXPECT_EQ(request.kind, SpanKind::kServer);
  EXPECT_EQ(trace::ToHex(request.context.trace), kTrace);
  EXPECT_EQ(trace::ToHex(request.parent), kCaller);
  EXPECT_FALSE(request.failed);
  EXPECT_THAT(AttributesOf(request),
              ElementsAre("http.request.method=GET", "http.route=/v1/machines", "url.scheme=http",
                          "muster.request_id=page-1", "http.response.status_code=200"));
  EXPECT_EQ(call.name, "muster.v1.FleetService/ListMachines");
  EXPECT_EQ(call.kind, SpanKind::kClient);
  EXPECT_EQ(call.context.trace, request.context.trace);
  EXPECT_EQ(call.parent, request.context.span);
  EXPECT_THAT(AttributesOf(call), Contains("rpc.grpc.status_code=0"));
  EXPECT_EQ(fleet_.trace_parent(), FormatTraceParent(call.context));
}

TEST_F(SpansTest, WhatTheClientDoesNotSampleIsHandedOnAsSuch) {
  Start();
  const std::string header = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00";
  Exchange("GET", "/v1/machines", absl::StrCat("traceparent: ", header, "\r\n"));
  EXPECT_EQ(fleet_.trace_parent(), header);
  EXPECT_THAT(spans_.spans(), IsEmpty());
}

TEST_F(SpansTest, AMalformedHeaderBeginsATraceOfItsOwn) {
  Start();
  Exchange("GET", "/v1/machines", "traceparent: 00-zzz\r\n");
  const std::vector<SpanData> spans = spans_.Await(2);
  ASSERT_THAT(spans, SizeIs(2));
  EXPECT_EQ(spans[1].parent, trace::SpanId{});
}

TEST_F(SpansTest, AFailureSaysWhose) {
  Start();
  Exchange("GET", "/v1/machines?filter=unauthenticated");
  std::vector<SpanData> spans = spans_.Await(2);
  ASSERT_THAT(spans, SizeIs(2));
  EXPECT_TRUE(spans[0].failed);  // for the client of the call; not for the dashboard
  EXPECT_THAT(AttributesOf(spans[0]),
              AllOf(Contains("rpc.grpc.status_code=16"), Contains("error.type=UNAUTHENTICATED")));
  EXPECT_FALSE(spans[1].failed);
  EXPECT_THAT(AttributesOf(spans[1]), Contains("http.response.status_code=401"));
  grpc_server_->Shutdown(std::chrono::system_clock::now());
  Exchange("GET", "/v1/machines");
  spans = spans_.Await(4);
  ASSERT_THAT(spans, SizeIs(4));
  EXPECT_TRUE(spans[3].failed);
  EXPECT_THAT(AttributesOf(spans[3]), Contains("error.type=503"));
}

TEST_F(SpansTest, AnExportIsACallAPage) {
  fleet_.pages = 3;
  Start();
  Exchange("GET", "/v1/machines?format=csv");
  const std::vector<SpanData> spans = spans_.Await(4);
  ASSERT_THAT(spans, SizeIs(4));
  for (int i = 0; i < 3; ++i) EXPECT_EQ(spans[i].parent, spans[3].context.span);
}

TEST_F(SpansTest, AWatchEndsWithItsStream) {
  Start();
  {
    RawClient client(port());
    client.Send(RequestText("GET", "/v1/campaigns/wait:watch"));
    client.ReceiveUntil("campaigns/wait");
    EXPECT_THAT(spans_.spans(), IsEmpty());
  }
  const std::vector<SpanData> spans = spans_.Await(2);
  ASSERT_THAT(spans, SizeIs(2));
  EXPECT_EQ(spans[0].name, "muster.v1.CampaignService/WatchCampaign");
  EXPECT_THAT(AttributesOf(spans[0]), Contains("rpc.grpc.status_code=1"));
  EXPECT_EQ(spans[1].name, "GET /v1/{name=campaigns/*}:watch");
  EXPECT_FALSE(spans[1].failed);
}

TEST_F(SpansTest, FilesThatComeAndGoAreCallsAsWell) {
  Start();
  Exchange("GET", "/v1/evidenceBundles/b1:download");
  Exchange("POST", "/v1/payloads:upload?fileName=a.cab", "", "bytes");
  std::vector<std::string> names;
  for (const SpanData& span : spans_.Await(4)) names.push_back(span.name);
  EXPECT_THAT(names,
              ElementsAre("muster.v1.EvidenceService/DownloadEvidenceBundle",
                          "GET /v1/{name=evidenceBundles/*}:download",
                          "muster.v1.PayloadService/UploadPayload", "POST /v1/payloads:upload"));
}

TEST_F(SpansTest, WhatHasNoRouteIsNone) {
  Start();
  Exchange("GET", "/v1/nothing/here");
  Exchange("GET", "/healthz");
  EXPECT_THAT(spans_.spans(), IsEmpty());
}

TEST_F(SpansTest, TheAccessLogNamesTheTrace) {
  Start();
  Exchange("GET", "/v1/machines", kTraceParent);
  // A line is written after its answer: the next request must not come between.
  ASSERT_TRUE(Eventually([this] { return records_.lines().size() == 1; }));
  Exchange("GET", "/healthz");
  ASSERT_TRUE(Eventually([this] { return records_.lines().size() == 2; }));
  EXPECT_EQ(records_.lines()[0].trace_id, kTrace);
  EXPECT_EQ(records_.lines()[1].trace_id, "");
  const http::Request request;
  EXPECT_THAT(AccessLine({request, "/v1/machines", kTrace}, absl::Now()),
              HasSubstr(absl::StrCat("\"traceId\":\"", kTrace, "\"")));
  EXPECT_THAT(AccessLine({request, "/healthz", ""}, absl::Now()), Not(HasSubstr("traceId")));
}

TEST_F(SpansTest, NothingOfWhatWasAskedIsInASpan) {
  Start();
  Exchange("GET", "/v1/machines/PC-SECRET?asOf=2026-01-01T00:00:00Z",
           "Authorization: Bearer muster_api_SECRET\r\nCookie: muster=SECRET\r\n");
  Exchange("POST", "/v1/sessions",
           absl::StrCat("X-Muster-CSRF: 1\r\nOrigin: http://", host(),
                        "\r\nContent-Type: application/json\r\n"),
           R"({"userId":"SECRET","password":"SECRET"})");
  for (const SpanData& span : spans_.Await(4)) {
    EXPECT_THAT(span.name, Not(HasSubstr("SECRET")));
    for (const std::string& attribute : AttributesOf(span)) {
      EXPECT_THAT(attribute, Not(HasSubstr("SECRET")));
    }
  }
}

}  // namespace
}  // namespace muster::dashboard
