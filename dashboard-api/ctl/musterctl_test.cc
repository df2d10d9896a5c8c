// The program itself, against an operator API that this test plays, over TLS.
#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/pki/pki.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"

namespace muster::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr char kToken[] = "muster_api_test";

grpc::Status CheckToken(const grpc::ServerContext& context) {
  auto found = context.client_metadata().find("authorization");
  bool known =
      found != context.client_metadata().end() &&
      std::string(found->second.data(), found->second.size()) == absl::StrCat("Bearer ", kToken);
  return known ? grpc::Status::OK
               : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "the API token has expired");
}

// The number tells its time, too.
v1::Incident IncidentOf(int number) {
  v1::Incident incident;
  incident.mutable_signature()->set_message(absl::StrCat("record ", number, "."));
  incident.mutable_last()->set_seconds(1'372'662'267 + number);
  return incident;
}

// Twenty-five machines, in pages as asked, the first of them with as many incident records.
class FakeFleet : public v1::FleetService::Service {
 public:
  grpc::Status ListMachines(grpc::ServerContext* context, const v1::ListMachinesRequest* request,
                            v1::ListMachinesResponse* response) override {
    if (auto checked = CheckToken(*context); !checked.ok()) return checked;
    if (request->filter() == "(") {
      return {grpc::StatusCode::INVALID_ARGUMENT, "filter: byte 1: \x1b[31mnot closed"};
    }
    if (!answer.ok()) return answer;
    ++pages;
    int start = request->page_token().empty() ? 0 : std::stoi(request->page_token());
    int end = std::min(start + request->page_size(), 25);
    for (int i = start; i < end; ++i) {
      response->add_machines()->mutable_attributes()->set_name(absl::StrCat("PC-", i, "\x1b[2J"));
    }
    if (start == 0) {
      v1::Verdict& verdict = *response->mutable_machines(0)->add_verdicts();
      verdict.set_rule("expired-catalog");
      verdict.set_explanation(std::string(200, 'x'));
    }
    if (end < 25) response->set_next_page_token(absl::StrCat(end));
    response->set_total_size(25);
    return grpc::Status::OK;
  }
  grpc::Status GetMachine(grpc::ServerContext*, const v1::GetMachineRequest* request,
                          v1::Machine* response) override {
    if (request->name() != "machines/PC-1") return {grpc::StatusCode::NOT_FOUND, "no such machine"};
    response->set_name(request->name());
    *response->mutable_as_of() = request->as_of();
    for (int i = 24; i > 4; --i) *response->add_incidents() = IncidentOf(i);
    response->set_incident_count(25);
    return grpc::Status::OK;
  }
  grpc::Status ListIncidents(grpc::ServerContext*, const v1::ListIncidentsRequest* request,
                             v1::ListIncidentsResponse* response) override {
    if (request->parent() != "machines/PC-1") return {grpc::StatusCode::NOT_FOUND, "no machine"};
    const bool first = request->page_token().empty();
    for (int i = first ? 0 : 13; i < (first ? 13 : 25); ++i) {
      *response->add_incidents() = IncidentOf(i);
    }
    if (first) response->set_next_page_token("13");
    return grpc::Status::OK;
  }
  grpc::Status SummarizeVerdicts(grpc::ServerContext*, const v1::SummarizeVerdictsRequest* request,
                                 v1::SummarizeVerdictsResponse* response) override {
    response->add_rows()->set_value("by " + request->group_by());
    response->set_total(25);
    return grpc::Status::OK;
  }
  grpc::Status ListRules(grpc::ServerContext*, const v1::ListRulesRequest*,
                         v1::ListRulesResponse* response) override {
    response->add_rules()->set_id("expired-catalog");
    return grpc::Status::OK;
  }
  int pages = 0;
  grpc::Status answer;  // of ListMachines, where it is an error
};

class FakeAccess : public v1::AccessService::Service {
 public:
  grpc::Status CreateEnrollmentToken(grpc::ServerContext*,
                                     const v1::CreateEnrollmentTokenRequest* request,
                                     v1::EnrollmentToken* response) override {
    response->set_name("enrollmentTokens/1");
    response->set_token(absl::StrCat("muster_enroll_for_", request->max_uses(), "_for_",
                                     request->lifetime().seconds()));
    response->set_max_uses(request->max_uses());
    return grpc::Status::OK;
  }
  grpc::Status CreateApiToken(grpc::ServerContext*, const v1::CreateApiTokenRequest* request,
                              v1::ApiToken* response) override {
    response->set_token("muster_api_" + v1::Role_Name(request->role()));
    return grpc::Status::OK;
  }
  grpc::Status RevokeApiToken(grpc::ServerContext*, const v1::RevokeApiTokenRequest* request,
                              google::protobuf::Empty*) override {
    bool known = request->name() == "apiTokens/1";
    return known ? grpc::Status::OK : grpc::Status(grpc::StatusCode::NOT_FOUND, "no such token");
  }
  grpc::Status ListApiTokens(grpc::ServerContext*, const v1::ListApiTokensRequest*,
                             v1::ListApiTokensResponse*) override {
    return {grpc::StatusCode::PERMISSION_DENIED, "needs the role ADMIN"};
  }
  grpc::Status ListAuditEntries(grpc::ServerContext*, const v1::ListAuditEntriesRequest*,
                                v1::ListAuditEntriesResponse* response) override {
    response->add_audit_entries()->set_action("muster.v1.AccessService.CreateApiToken");
    return grpc::Status::OK;
  }
};

struct Result {
  int exit_code = -1;
  std::string out;
  std::string err;
};

class MusterctlTest : public testing::Test {
 protected:
  void SetUp() override {
    pki::RequireTls13();
    std::string root = testing::TempDir() + "/musterctl-XXXXXX";
    ASSERT_NE(mkdtemp(root.data()), nullptr);
    root_ = root;
    const char* bin = std::getenv("MUSTER_BIN_DIR");
    if (bin == nullptr) GTEST_SKIP() << "MUSTER_BIN_DIR does not say where musterctl is";
    program_ = std::filesystem::path(bin) / "musterctl";
    auto certificate = authority_.IssueServer(key_, {"localhost"}, absl::Now(), absl::Hours(24));
    ASSERT_TRUE(certificate.ok()) << certificate.status();
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({key_.ToPem(), *certificate});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("localhost:0", grpc::SslServerCredentials(options), &port_);
    builder.RegisterService(&fleet_);
    builder.RegisterService(&access_);
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
    Write("ca.pem", authority_.certificate_pem());
    Write("token", kToken);
    UseServer(absl::StrCat("localhost:", port_));
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
    std::filesystem::remove_all(root_);
  }

  void Write(const std::string& name, const std::string& text) {
    std::ofstream(root_ / name) << text;
  }
  void UseServer(const std::string& server) {
    Write("context.json",
          absl::StrCat("{\"server\":\"", server, "\",\"ca\":\"ca.pem\",\"token_file\":\"token\"}"));
  }
  std::string Read(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(root_ / name).rdbuf();
    return text.str();
  }

  Result Run(const std::string& arguments) {
    std::string command = absl::StrCat("MUSTER_CONTEXT=", (root_ / "context.json").string(), " ",
                                       program_.string(), " ", arguments, " >",
                                       (root_ / "out").string(), " 2>", (root_ / "err").string());
    int status = std::system(command.c_str());
    return {WEXITSTATUS(status), Read("out"), Read("err")};
  }

  std::filesystem::path root_;
  std::filesystem::path program_;
  pki::Authority authority_ = pki::Authority::Create("Test", absl::Now(), absl::Hours(48));
  pki::PrivateKey key_ = pki::PrivateKey::Generate();
  FakeFleet fleet_;
  FakeAccess access_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

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
  EXPECT_THAT(table.err, HasSubstr("what ends in … is shortened: see --format csv"));
  Result csv = Run("machines list --format csv");
  EXPECT_THAT(csv.out, HasSubstr(std::string(200, 'x')));
  EXPECT_EQ(csv.err, "");
}

TEST_F(MusterctlTest, AsksForNoMoreThanTheLimit) {
  Result result = Run("machines list --limit 12 --page-size 10 --format json");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(fleet_.pages, 2);
  EXPECT_THAT(result.out, HasSubstr("PC-11"));
  EXPECT_THAT(result.out, Not(HasSubstr("PC-12")));
  EXPECT_THAT(result.out, HasSubstr("\"totalSize\":25}"));
}

TEST_F(MusterctlTest, ShowsSummarizesAndListsRules) {
  Result show = Run("machines show PC-1 --as-of 2013-07-01 --format json");
  EXPECT_EQ(show.exit_code, 0) << show.err;
  EXPECT_THAT(show.out, HasSubstr("2013-07-01T00:00:00Z"));
  EXPECT_THAT(Run("summary --by site").out, HasSubstr("by site"));
  EXPECT_THAT(Run("rules list").out, HasSubstr("expired-catalog"));
  EXPECT_THAT(Run("audit list").out, HasSubstr("CreateApiToken"));
}

TEST_F(MusterctlTest, JsonOfAMachineHasEveryIncidentRecordTheNewestFirst) {
  const std::string json = Run("machines show PC-1 --format json").out;
  size_t at = 0;
  for (int i = 24; i >= 0; --i) {
    const size_t found = json.find(absl::StrCat("record ", i, "."), at);
    ASSERT_NE(found, std::string::npos) << i;
    at = found;
  }
  EXPECT_THAT(Run("machines show PC-1").out, HasSubstr("and 5 more: --format json has all"));
}

TEST_F(MusterctlTest, ASecretStandsAloneOnTheOutput) {
  Result result = Run("enrollment-tokens create --uses 50 --lifetime 2h");
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.out, "muster_enroll_for_50_for_7200\n");
  EXPECT_THAT(result.err, HasSubstr("50 machines"));
  EXPECT_EQ(Run("tokens create --role Admin --description x").out, "muster_api_ADMIN\n");
}

TEST_F(MusterctlTest, WhatTheServerRefusesIsExplainedWithStatus1) {
  Result denied = Run("tokens list");
  EXPECT_EQ(denied.exit_code, 1);
  EXPECT_THAT(denied.out, IsEmpty());
  EXPECT_THAT(denied.err, HasSubstr("needs the role ADMIN"));
  EXPECT_EQ(Run("tokens revoke 1").exit_code, 0);
  EXPECT_THAT(Run("tokens revoke 2").err, HasSubstr("no such token"));
  Result filter = Run("machines list --filter '('");
  EXPECT_EQ(filter.exit_code, 1);
  EXPECT_THAT(filter.err, HasSubstr("filter: byte 1: \\x1b[31mnot closed"));
  Write("token", "muster_api_old");
  Result expired = Run("machines list");
  EXPECT_EQ(expired.exit_code, 1);
  EXPECT_THAT(expired.err, HasSubstr("has expired: ask an administrator"));
  EXPECT_THAT(expired.err, Not(HasSubstr("muster_api_old")));
}

TEST_F(MusterctlTest, AServerThatIsAwayIsExplained) {
  server_->Shutdown();
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("can't connect to localhost"));
}

TEST_F(MusterctlTest, AServerWithoutItsDatabaseIsNotTakenForOneThatIsAway) {
  fleet_.answer = {grpc::StatusCode::UNAVAILABLE,
                   "the server's database is away: try again in a moment"};
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 1);
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
  EXPECT_EQ(result.exit_code, 1);
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
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("that this port is its operator API's"));
}

TEST_F(MusterctlTest, AnAuthorityThatIsNotTheServersIsExplained) {
  Write("ca.pem", pki::Authority::Create("Other", absl::Now(), absl::Hours(48)).certificate_pem());
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("does not vouch for"));
  Write("ca.pem", "no certificate");
  result = Run("machines list");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.err, HasSubstr("ca.pem"));
}

TEST_F(MusterctlTest, ANameThatTheCertificateLacksIsExplained) {
  UseServer(absl::StrCat("127.0.0.1:", port_));
  Result result = Run("machines list");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_THAT(result.err, HasSubstr("is for another name"));
}

TEST_F(MusterctlTest, BadUsageIsStatus2) {
  for (const char* arguments :
       {"", "machines", "machines list --format xml", "machines show", "machines show A --as-of x",
        "summary --by password", "tokens create --role king --description x",
        "enrollment-tokens create --uses 0", "machines list --limit 0", "no-such"}) {
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
