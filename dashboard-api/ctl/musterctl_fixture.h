// An operator API that a test plays, over TLS, and the real musterctl that asks it.
#ifndef MUSTER_DASHBOARD_API_CTL_MUSTERCTL_FIXTURE_H_
#define MUSTER_DASHBOARD_API_CTL_MUSTERCTL_FIXTURE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/pki/pki.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"
#include "muster/v1/overview.grpc.pb.h"

namespace muster::ctl {

inline constexpr char kToken[] = "muster_api_test";

inline grpc::Status CheckToken(const grpc::ServerContext& context) {
  auto found = context.client_metadata().find("authorization");
  bool known =
      found != context.client_metadata().end() &&
      std::string(found->second.data(), found->second.size()) == absl::StrCat("Bearer ", kToken);
  return known ? grpc::Status::OK
               : grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "the API token has expired");
}

// The number tells its time, too.
inline v1::Incident IncidentOf(int number) {
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
    filter = request->filter();
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
  std::string filter;   // of the last call
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

class FakeCampaigns : public v1::CampaignService::Service {
 public:
  grpc::Status ListCampaigns(grpc::ServerContext* context, const v1::ListCampaignsRequest*,
                             v1::ListCampaignsResponse* response) override {
    if (auto checked = CheckToken(*context); !checked.ok()) return checked;
    for (const char* name : {"campaigns/c1", "campaigns/c2", "campaigns/evil\nname"}) {
      response->add_campaigns()->set_name(name);
    }
    return grpc::Status::OK;
  }
  // Two changes, of which the second ends it.
  grpc::Status WatchCampaign(grpc::ServerContext*, const v1::WatchCampaignRequest* request,
                             grpc::ServerWriter<v1::Campaign>* writer) override {
    v1::Campaign campaign;
    campaign.set_name(request->name());
    campaign.set_state(v1::Campaign::RUNNING);
    writer->Write(campaign);
    campaign.set_state(request->name() == "campaigns/c1" ? v1::Campaign::COMPLETED
                                                         : v1::Campaign::CANCELLED);
    writer->Write(campaign);
    return grpc::Status::OK;
  }
  grpc::Status StartCampaign(grpc::ServerContext*, const v1::StartCampaignRequest* request,
                             v1::Campaign* response) override {
    if (request->name() == "campaigns/c2") {
      return {grpc::StatusCode::FAILED_PRECONDITION, "it is a draft"};
    }
    response->set_name(request->name());
    response->set_state(v1::Campaign::RUNNING);
    return grpc::Status::OK;
  }
};

class FakeHealth : public v1::HealthService::Service {
 public:
  grpc::Status GetHealth(grpc::ServerContext*, const v1::GetHealthRequest*,
                         v1::Health* response) override {
    v1::Health::Check& check = *response->add_checks();
    check.set_name("clocks agree");
    check.set_holds(holds);
    check.set_detail("7s");
    return grpc::Status::OK;
  }
  bool holds = true;
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
    ASSERT_NE(bin, nullptr)
        << "set MUSTER_BIN_DIR to the folder that musterctl is in, or run ctest";
    program_ = std::filesystem::path(bin) / "musterctl";
    auto certificate = authority_.IssueServer(key_, {"localhost"}, absl::Now(), absl::Hours(24));
    ASSERT_TRUE(certificate.ok()) << certificate.status();
    grpc::SslServerCredentialsOptions options;
    options.pem_key_cert_pairs.push_back({key_.ToPem(), *certificate});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("localhost:0", grpc::SslServerCredentials(options), &port_);
    builder.RegisterService(&fleet_);
    builder.RegisterService(&access_);
    builder.RegisterService(&campaigns_);
    builder.RegisterService(&health_);
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

  // `before`: stands before the program in the shell.
  Result Run(const std::string& arguments, const std::string& before = "") {
    std::string command = absl::StrCat("MUSTER_CONTEXT=", (root_ / "context.json").string(), " ",
                                       before, program_.string(), " ", arguments, " >",
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
  FakeCampaigns campaigns_;
  FakeHealth health_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_MUSTERCTL_FIXTURE_H_
