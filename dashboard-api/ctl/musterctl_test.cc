// The program itself, against an operator API that this test plays, over TLS.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/musterctl_fixture.h"
#include "muster/v1/gateway.grpc.pb.h"

namespace muster::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(MusterctlTest, ListsEveryPageWithTheTotalBesideTheAnswer) {
  Result result = Run("machines list --page-size 10");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(fleet_.pages, 3);
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 26);
  EXPECT_THAT(result.err, HasSubstr("25 of 25 machines"));
  EXPECT_THAT(result.out, HasSubstr("PC-24\\x1b[2J"));
  EXPECT_THAT(result.out, Not(HasSubstr("\x1b")));
}

TEST_F(MusterctlTest, SaysThatATableIsShortenedAndWhatIsNot) {
  Result table = Run("machines list");
  EXPECT_THAT(table.out, HasSubstr("xxx…\n"));
  EXPECT_THAT(table.err, HasSubstr("what ends in … is shortened: see --output csv"));
  Result csv = Run("machines list --output csv");
  EXPECT_THAT(csv.out, HasSubstr(std::string(200, 'x')));
  EXPECT_EQ(csv.err, "");
}

TEST_F(MusterctlTest, NamesACommandThatIsNotThere) {
  for (const char* line : {"frobnicate", "machines frobnicate", "machines frobnicate --limit 3"}) {
    Result result = Run(line);
    EXPECT_EQ(result.exit_code, 2) << line;
    EXPECT_THAT(result.err, HasSubstr("there is no \"frobnicate\"")) << line;
  }
  EXPECT_THAT(Run("machines").err, HasSubstr("subcommand is required"));
  EXPECT_EQ(Run("machines list --frobnicate").exit_code, 2);
}

TEST_F(MusterctlTest, SaysItsVersion) {
  Result result = Run("--version");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_THAT(result.out, ::testing::MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST_F(MusterctlTest, AsksForNoMoreThanTheLimit) {
  Result result = Run("machines list --limit 12 --page-size 10 --output json");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(fleet_.pages, 2);
  EXPECT_THAT(result.out, HasSubstr("PC-11"));
  EXPECT_THAT(result.out, Not(HasSubstr("PC-12")));
  EXPECT_THAT(result.out, HasSubstr("\"totalSize\":25}"));
}

TEST_F(MusterctlTest, ShowsSummarizesAndListsRules) {
  Result show = Run("machines show PC-1 --as-of 2013-07-01 --output json");
  EXPECT_EQ(show.exit_code, 0) << show.err;
  EXPECT_THAT(show.out, HasSubstr("2013-07-01T00:00:00Z"));
  EXPECT_THAT(Run("summary --by site").out, HasSubstr("by site"));
  EXPECT_THAT(Run("rules list").out, HasSubstr("expired-catalog"));
  EXPECT_THAT(Run("audit list").out, HasSubstr("CreateApiToken"));
}

TEST_F(MusterctlTest, JsonOfAMachineHasEveryIncidentRecordTheNewestFirst) {
  const std::string json = Run("machines show PC-1 --output json").out;
  size_t at = 0;
  for (int i = 24; i >= 0; --i) {
    const size_t found = json.find(absl::StrCat("record ", i, "."), at);
    ASSERT_NE(found, std::string::npos) << i;
    at = found;
  }
  EXPECT_THAT(Run("machines show PC-1").out, HasSubstr("and 5 more: --output json has all"));
}

TEST_F(MusterctlTest, ASecretStandsAloneOnTheOutput) {
  Result result = Run("enrollment-tokens create --uses 50 --lifetime 2h");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "muster_enroll_for_50_for_7200\n");
  EXPECT_THAT(result.err, HasSubstr("50 machines"));
  EXPECT_EQ(Run("tokens create --role Admin --description x").out, "muster_api_ADMIN\n");
}

TEST_F(MusterctlTest, WhatTheServerRefusesIsExplained) {
  Result denied = Run("tokens list");
  EXPECT_EQ(denied.exit_code, 4);
  EXPECT_THAT(denied.out, IsEmpty());
  EXPECT_THAT(denied.err, HasSubstr("needs the role ADMIN"));
  EXPECT_EQ(Run("tokens revoke 1").exit_code, 0);
  Result unknown = Run("tokens revoke 2");
  EXPECT_EQ(unknown.exit_code, 5);
  EXPECT_THAT(unknown.err, HasSubstr("no such token"));
  EXPECT_EQ(Run("campaigns start c1").exit_code, 0);
  EXPECT_EQ(Run("campaigns start c2").exit_code, 6);
  Result filter = Run("machines list --filter '('");
  EXPECT_EQ(filter.exit_code, 2);
  EXPECT_THAT(filter.err, HasSubstr("filter: byte 1: \\x1b[31mnot closed"));
  Write("token", "muster_api_old");
  Result expired = Run("machines list");
  EXPECT_EQ(expired.exit_code, 4);
  EXPECT_THAT(expired.err, HasSubstr("has expired: ask an administrator"));
  EXPECT_THAT(expired.err, Not(HasSubstr("muster_api_old")));
}

TEST_F(MusterctlTest, AServerThatIsAwayIsExplained) {
  server_->Shutdown();
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("can't connect to localhost"));
}

TEST_F(MusterctlTest, AServerThatStopsMeanwhileIsOneThatIsAway) {
  fleet_.answer = grpc::Status::CANCELLED;
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("is stopping; try again"));
}

TEST_F(MusterctlTest, AServerWithoutItsDatabaseIsNotTakenForOneThatIsAway) {
  fleet_.answer = {grpc::StatusCode::UNAVAILABLE,
                   "the server's database is away: try again in a moment"};
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.err, "musterctl: the server's database is away: try again in a moment\n");
}

TEST_F(MusterctlTest, AnotherPortThanTheOperatorApisIsExplained) {
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back(
      {key_.ToPem(), *authority_.IssueServer(key_, {"localhost"}, absl::Now(), absl::Hours(1))});
  v1::AgentGateway::Service gateway;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("localhost:0", grpc::SslServerCredentials(options), &port);
  builder.RegisterService(&gateway);
  auto server = builder.BuildAndStart();
  UseServer(absl::StrCat("localhost:", port));
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("check that the port is the operator API's"));
}

TEST_F(MusterctlTest, APortThatSpeaksSomethingElseIsExplained) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("localhost:0", grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&access_);
  auto server = builder.BuildAndStart();
  UseServer(absl::StrCat("localhost:", port));
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("that this port is its operator API's"));
}

TEST_F(MusterctlTest, AnAuthorityThatIsNotTheServersIsExplained) {
  Write("ca.pem", pki::Authority::Create("Other", absl::Now(), absl::Hours(48)).certificate_pem());
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("does not vouch for"));
  Write("ca.pem", "no certificate");
  result = Run("machines list");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("ca.pem"));
}

TEST_F(MusterctlTest, ANameThatTheCertificateLacksIsExplained) {
  UseServer(absl::StrCat("127.0.0.1:", port_));
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.err, HasSubstr("is for another name"));
}

TEST_F(MusterctlTest, ANoIsStatus1AfterTheAnswer) {
  EXPECT_EQ(Run("health").exit_code, 0);
  health_.holds = false;
  for (const char* shape : {"table", "json", "yaml"}) {
    Result result = Run(absl::StrCat("health --output ", shape));
    EXPECT_EQ(result.exit_code, 1) << shape;
    EXPECT_THAT(result.out, HasSubstr("clocks agree")) << shape;
    EXPECT_THAT(result.err, HasSubstr("does not hold: clocks agree (7s)")) << shape;
  }
}

TEST_F(MusterctlTest, NoTokenIsNotBeingLoggedIn) {
  Write("context.json", absl::StrCat("{\"server\":\"localhost:", port_, "\",\"ca\":\"ca.pem\"}"));
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 4);
  EXPECT_THAT(result.err, HasSubstr("musterctl login"));
}

TEST_F(MusterctlTest, AStreamIsAMessageALineOrADocument) {
  Result json = Run("campaigns watch c1 --output json");
  EXPECT_EQ(json.exit_code, 0) << json.err;
  EXPECT_EQ(json.out,
            "{\"name\":\"campaigns/c1\",\"state\":\"RUNNING\"}\n"
            "{\"name\":\"campaigns/c1\",\"state\":\"COMPLETED\"}\n");
  EXPECT_EQ(Run("campaigns watch c1 --output yaml").out,
            "---\nname: campaigns/c1\nstate: RUNNING\n"
            "---\nname: campaigns/c1\nstate: COMPLETED\n");
  Result cancelled = Run("campaigns watch c2");
  EXPECT_EQ(cancelled.exit_code, 1);
  EXPECT_THAT(cancelled.err, HasSubstr("campaigns/c2 is CANCELLED"));
}

TEST_F(MusterctlTest, WhatHasNoCsvSaysSoAndAsksNothing) {
  server_->Shutdown();
  for (const char* command : {"health", "campaigns watch c1"}) {
    Result result = Run(absl::StrCat(command, " --output csv"));
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_THAT(result.err, HasSubstr("ask for table, json or yaml"));
  }
}

TEST_F(MusterctlTest, TheShapeMayStandAnywhere) {
  const std::string json = Run("machines list --output json").out;
  EXPECT_EQ(Run("--output json machines list").out, json);
  EXPECT_EQ(Run("machines --output=json list").out, json);
}

TEST_F(MusterctlTest, AWatchLooksAgainUntilItIsEnded) {
  // timeout(1) ends it with 124.
  Result result = Run("machines list --limit 1 --watch=1", "timeout 4 ");
  EXPECT_EQ(result.exit_code, 124) << result.err;
  EXPECT_GE(fleet_.pages, 2);
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 2);  // it did not change
}

TEST_F(MusterctlTest, BadUsageIsStatus2) {
  for (const char* arguments :
       {"", "machines", "machines list --output xml", "machines show", "machines show A --as-of x",
        "summary --by password", "tokens create --role king --description x",
        "enrollment-tokens create --uses 0", "machines list --limit 0", "no-such",
        "machines list --watch=0", "machines list --watch=soon", "groups preview",
        "groups put g --import /nonexistent", "campaigns orders c1 --state lost"}) {
    EXPECT_EQ(Run(arguments).exit_code, 2) << arguments;
  }
  EXPECT_THAT(Run("machines list --limit=-1").err,
              HasSubstr("--limit: -1 is no number of at least 1"));
  Result help = Run("machines list --help");
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.out, HasSubstr("Examples:"));
}

}  // namespace
}  // namespace muster::ctl
