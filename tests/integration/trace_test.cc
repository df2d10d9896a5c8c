// One trace through the real programs: client, dashboard, server, database, as a collector gets it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <map>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "muster/v1/session.grpc.pb.h"
#include "tests/integration/agent_fixture.h"
#include "tests/testdata/fake_collector.h"
#include "tests/testdata/http_get.h"

namespace muster::integration {
namespace {

using testdata::HttpGet;
using testdata::ReceivedSpan;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr char kTrace[] = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kCaller[] = "00f067aa0ba902b7";
constexpr int kInternal = 1, kServer = 2, kClient = 3;

class TraceTest : public ServerTest {
 protected:
  void SetUp() override {
    options_.tracing.endpoint = collector_.endpoint();
    options_.metrics_listen = "127.0.0.1:0";
    ServerTest::SetUp();
    token_ = std::string(absl::StripAsciiWhitespace(*ReadSmallFile(server_->admin_token_file())));
  }

  void StartDashboard() {
    const std::string announce = (folder_ / "dashboard").string();
    dashboard_ = std::make_unique<Process>(std::vector<std::string>{
        absl::StrCat(std::getenv("MUSTER_BIN_DIR"), "/muster-dashboard"), "--server",
        absl::StrCat("127.0.0.1:", server_->operator_port()), "--ca", server_->authority_file(),
        "--listen", "127.0.0.1:0", "--insecure-http", "--metrics-listen", "127.0.0.1:0",
        "--otlp-endpoint", collector_.endpoint(), "--announce", announce});
    dashboard_->AwaitWord("port ");  // said once all is announced
    std::map<std::string, std::string> ports;
    for (absl::string_view line : absl::StrSplit(*ReadSmallFile(announce), '\n', absl::SkipEmpty()))
      ports.insert(absl::StrSplit(line, absl::MaxSplits('=', 1)));
    ASSERT_TRUE(absl::SimpleAtoi(ports["http_port"], &http_port_));
    ASSERT_TRUE(absl::SimpleAtoi(ports["metrics_port"], &metrics_port_));
  }
  int Get(const std::string& path) {
    return HttpGet(http_port_, path,
                   {{"Authorization", "Bearer " + token_},
                    {"traceparent", absl::StrCat("00-", kTrace, "-", kCaller, "-01")}})
        .status;
  }
  int64_t Transactions() {
    const std::string name = "\nmuster_database_transactions_total ";
    const std::string text = HttpGet(server_->metrics_port(), "/metrics").body;
    const size_t at = text.find(name);
    return at == std::string::npos ? 0 : std::atoll(text.c_str() + at + name.size());
  }
  // Both programs end, so that all of their spans are there.
  void StopAll() {
    if (dashboard_) {
      dashboard_->Signal(SIGTERM);
      EXPECT_EQ(dashboard_->Wait(), 0);
    }
    StopServer();
  }
  // Those that hang below a span, by name.
  std::map<std::string, ReceivedSpan> Below(const std::string& parent) {
    std::map<std::string, ReceivedSpan> below;
    for (const ReceivedSpan& span : collector_.spans()) {
      if (span.parent == parent) below[span.name] = span;
    }
    return below;
  }

  testdata::FakeCollector collector_;
  std::string token_;
  std::unique_ptr<Process> dashboard_;
  int http_port_ = 0, metrics_port_ = 0;
};

TEST_F(TraceTest, ARequestIsFollowedFromItsClientToTheDatabase) {
  StartDashboard();
  EXPECT_EQ(Get("/v1/campaigns/none:watch"), 404);
  EXPECT_EQ(Get("/v1/machines"), 200);
  dashboard_->AwaitWord(absl::StrCat("\"traceId\":\"", kTrace, "\""));
  StopAll();

  const auto requests = Below(kCaller);
  ASSERT_THAT(requests, SizeIs(2));
  // Who may is looked up once, and remembered for the second.
  const std::tuple<std::string, std::string, std::string> expected[] = {
      {"GET /v1/{name=campaigns/*}:watch", "muster.v1.CampaignService/WatchCampaign",
       "looking for an API token"},
      {"GET /v1/machines", "muster.v1.FleetService/ListMachines", "listing machines"}};
  for (const auto& [route, method, what] : expected) {
    ASSERT_TRUE(requests.contains(route)) << route;
    const ReceivedSpan& request = requests.at(route);
    EXPECT_EQ(request.service, "muster-dashboard");
    EXPECT_EQ(request.kind, kServer);
    EXPECT_EQ(request.trace, kTrace);
    const auto calls = Below(request.span);
    ASSERT_THAT(calls, SizeIs(1)) << route;
    const ReceivedSpan& call = calls.at(method);
    EXPECT_EQ(call.service, "muster-dashboard");
    EXPECT_EQ(call.kind, kClient);
    EXPECT_EQ(call.trace, kTrace);
    const auto served = Below(call.span);
    ASSERT_THAT(served, SizeIs(1)) << route;
    const ReceivedSpan& server = served.at(method);
    EXPECT_EQ(server.service, "muster-server");
    EXPECT_EQ(server.kind, kServer);
    EXPECT_EQ(server.attributes.at("rpc.grpc.status_code"),
              call.attributes.at("rpc.grpc.status_code"));
    const auto transactions = Below(server.span);
    ASSERT_TRUE(transactions.contains(what)) << route;
    const ReceivedSpan& transaction = transactions.at(what);
    EXPECT_EQ(transaction.service, "muster-server");
    EXPECT_EQ(transaction.kind, kClient);
    EXPECT_EQ(transaction.trace, kTrace);
    EXPECT_THAT(transaction.attributes, Contains(Pair("db.system", "postgresql")));
  }
}

TEST_F(TraceTest, ABatchOfReportsIsATraceWithItsTransaction) {
  const EnrolledMachine machine = Enrol("PC1");
  RawSession session(machine.address);
  v1::Update update;
  update.set_kb("KB1000001");
  UploadByHand(session, machine.name, ItemSet(v1::UPDATES, {update.SerializeAsString()}));
  StopAll();
  int64_t reports = 0;
  for (const ReceivedSpan& span : collector_.spans()) {
    if (span.name != "applying reports") continue;
    EXPECT_EQ(span.kind, kInternal);
    EXPECT_EQ(span.parent, "");
    int64_t share = 0;
    EXPECT_TRUE(absl::SimpleAtoi(span.attributes.at("muster.reports"), &share));
    reports += share;
    EXPECT_THAT(Below(span.span), Contains(Pair("writing the inventory", testing::_)));
  }
  EXPECT_EQ(reports, 3);
}

TEST_F(TraceTest, WhatNobodyAskedForLeavesNoSpans) {
  const int64_t before = Transactions();
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (Transactions() < before + 10) {  // signs of life, and the dispatcher's looks
    ASSERT_LT(absl::Now(), deadline);
    server_->Tend();
  }
  StopAll();
  EXPECT_THAT(collector_.spans(), IsEmpty());
}

TEST_F(TraceTest, NothingOfMachinesPersonsAndSecretsIsTold) {
  const EnrolledMachine machine = Enrol("PC-OF-SOMEBODY");
  RawSession session(machine.address);
  UploadByHand(session, machine.name, ItemSet(v1::UPDATES, {v1::Update().SerializeAsString()}));
  StartDashboard();
  EXPECT_EQ(Get("/v1/machines/PC-OF-SOMEBODY"), 200);
  EXPECT_EQ(Get("/v1/machines?filter=name%3D%22PC-OF-SOMEBODY%22"), 200);
  EXPECT_EQ(
      HttpGet(http_port_, "/v1/machines", {{"Authorization", "Bearer muster_api_made_up"}}).status,
      401);
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = AuthorityPem();
  v1::CreateSessionRequest login;
  login.set_user_id("somebody.else");
  login.set_password("correct-horse");
  grpc::ClientContext context;
  v1::Session opened;
  const auto sessions = v1::SessionService::NewStub(grpc::CreateChannel(
      absl::StrCat("127.0.0.1:", server_->operator_port()), grpc::SslCredentials(tls)));
  EXPECT_EQ(sessions->CreateSession(&context, login, &opened).error_code(),
            grpc::StatusCode::UNAUTHENTICATED);
  StopAll();
  EXPECT_THAT(
      collector_.spans(),
      Contains(testing::Field(&ReceivedSpan::name, "muster.v1.SessionService/CreateSession")));
  for (const std::string& post : collector_.posts()) {
    for (const std::string& secret :
         {token_, std::string("made_up"), std::string("SOMEBODY"), machine.id.ToHex(),
          std::string("somebody.else"), std::string("correct-horse")}) {
      EXPECT_THAT(post, Not(HasSubstr(secret)));
    }
  }
}

TEST_F(TraceTest, BothProgramsCountTheirSpans) {
  StartDashboard();
  EXPECT_EQ(Get("/v1/machines"), 200);
  for (const int port : {metrics_port_, server_->metrics_port()}) {
    EXPECT_THAT(HttpGet(port, "/metrics").body,
                AllOf(HasSubstr("\nmuster_trace_spans_exported_total "),
                      HasSubstr("\nmuster_trace_spans_dropped_total 0\n")));
  }
}

TEST_F(TraceTest, AnEndpointThatIsNoneIsSaidAtTheStart) {
  const std::string none = (folder_ / "none").string();
  for (const std::string& program :
       {absl::StrCat("muster-server --data ", none, " --embedded-postgres ", none),
        absl::StrCat("muster-dashboard --server 127.0.0.1:1 --ca ", none)}) {
    const std::string err = (folder_ / "err").string();
    const int status = std::system(absl::StrCat(std::getenv("MUSTER_BIN_DIR"), "/", program,
                                                " --otlp-endpoint localhost:4318 2>", err)
                                       .c_str());
    EXPECT_NE(WEXITSTATUS(status), 0);
    EXPECT_THAT(*ReadSmallFile(err), AllOf(HasSubstr("--otlp-endpoint"), HasSubstr("http://HOST")));
  }
}

}  // namespace
}  // namespace muster::integration
