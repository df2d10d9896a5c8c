// What FleetService and AccessService answer to callers that may ask.
#include <gmock/gmock.h>

#include "server/operator/operator_test_support.h"

namespace muster::operator_api {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ServicesTest : public OperatorTest {
 protected:
  template <typename Request, typename Response>
  grpc::Status Fleet(grpc::Status (v1::FleetService::Stub::*method)(grpc::ClientContext*,
                                                                    const Request&, Response*),
                     const Request& request, Response* response) {
    return Call(*fleet_stub_, method, request, response, "Bearer " + Token(v1::VIEWER));
  }
  template <typename Request, typename Response>
  grpc::Status Admin(grpc::Status (v1::AccessService::Stub::*method)(grpc::ClientContext*,
                                                                     const Request&, Response*),
                     const Request& request, Response* response) {
    return Call(*access_stub_, method, request, response, admin_);
  }

  const std::string admin_ = "Bearer " + Token(v1::ADMIN);
};

TEST_F(ServicesTest, ListMachinesBoundsThePageAndPassesTheRestOn) {
  v1::ListMachinesRequest request;
  request.set_filter("verdict = AFFECTED");
  request.set_rule("some-rule");
  v1::ListMachinesResponse response;
  ASSERT_TRUE(Fleet(&v1::FleetService::Stub::ListMachines, request, &response).ok());
  EXPECT_EQ(response.machines(0).attributes().name(), "PC-1");
  EXPECT_EQ(fleet_.listed.filter(), "verdict = AFFECTED");
  EXPECT_EQ(fleet_.listed.page_size(), 100);
  request.set_page_size(5000);
  ASSERT_TRUE(Fleet(&v1::FleetService::Stub::ListMachines, request, &response).ok());
  EXPECT_EQ(fleet_.listed.page_size(), 1000);
}

TEST_F(ServicesTest, MalformedFieldsAreNamed) {
  auto list = [&](auto change) {
    v1::ListMachinesRequest request;
    change(request);
    v1::ListMachinesResponse response;
    auto status = Fleet(&v1::FleetService::Stub::ListMachines, request, &response);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    return status.error_message();
  };
  EXPECT_THAT(list([](auto& r) { r.set_page_size(-1); }), StartsWith("page_size:"));
  EXPECT_THAT(list([](auto& r) { r.set_filter(std::string(5000, 'x')); }), StartsWith("filter:"));
  EXPECT_THAT(list([](auto& r) { r.set_order_by(std::string(600, 'x')); }),
              StartsWith("order_by:"));
  EXPECT_THAT(list([](auto& r) { r.set_page_token(std::string(9000, 'x')); }),
              StartsWith("page_token:"));
  EXPECT_THAT(list([](auto& r) { r.set_rule("no-such"); }), HasSubstr("some-rule"));

  EXPECT_THAT(list([](auto& r) { r.set_filter("site = HQ AND NOT rule = nope"); }),
              StartsWith("filter: there is no such rule; there are: some-rule"));

  v1::SummarizeVerdictsRequest summary;
  summary.set_group_by("password");
  v1::SummarizeVerdictsResponse counts;
  EXPECT_THAT(Fleet(&v1::FleetService::Stub::SummarizeVerdicts, summary, &counts).error_message(),
              StartsWith("group_by:"));
  EXPECT_EQ(fleet_.calls, 0);
}

TEST_F(ServicesTest, GetMachineWantsAResourceNameAndAnInstantThatIsOne) {
  v1::Machine machine;
  for (const std::string& name :
       {std::string(), std::string("PC-1"), std::string("machines/"), std::string("machines/a/b"),
        "machines/" + std::string(257, 'x')}) {
    v1::GetMachineRequest request;
    request.set_name(name);
    EXPECT_THAT(Fleet(&v1::FleetService::Stub::GetMachine, request, &machine).error_message(),
                StartsWith("name:"));
  }
  v1::GetMachineRequest request;
  request.set_name("machines/PC-1");
  request.mutable_as_of()->set_nanos(-1);
  EXPECT_THAT(Fleet(&v1::FleetService::Stub::GetMachine, request, &machine).error_message(),
              StartsWith("as_of:"));
  request.clear_as_of();
  ASSERT_TRUE(Fleet(&v1::FleetService::Stub::GetMachine, request, &machine).ok());
  EXPECT_EQ(machine.name(), "machines/PC-1");
}

TEST_F(ServicesTest, ListIncidentsBoundsThePageAndNamesWhatIsMalformed) {
  v1::ListIncidentsRequest request;
  v1::ListIncidentsResponse response;
  auto list = [&] { return Fleet(&v1::FleetService::Stub::ListIncidents, request, &response); };
  EXPECT_THAT(list().error_message(), StartsWith("parent:"));
  request.set_parent("machines/PC-1");
  ASSERT_TRUE(list().ok());
  EXPECT_EQ(response.incidents(0).count(), 100u);
  request.set_page_size(5000);
  ASSERT_TRUE(list().ok());
  EXPECT_EQ(response.incidents(0).count(), 1000u);
  request.set_page_size(-1);
  EXPECT_THAT(list().error_message(), StartsWith("page_size:"));
  request.set_page_size(0);
  request.mutable_as_of()->set_nanos(-1);
  EXPECT_THAT(list().error_message(), StartsWith("as_of:"));
}

TEST_F(ServicesTest, TheStoresErrorReachesTheCaller) {
  fleet_.error = absl::UnavailableError("the database is away");
  v1::ListMachinesResponse response;
  auto status = Fleet(&v1::FleetService::Stub::ListMachines, v1::ListMachinesRequest(), &response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(status.error_message(), "the database is away");
}

TEST_F(ServicesTest, ATokenIsMadeUsedListedWithoutItsSecretAndRevoked) {
  v1::CreateApiTokenRequest create;
  create.set_role(v1::VIEWER);
  create.set_description("wall display");
  v1::ApiToken token;
  ASSERT_TRUE(Admin(&v1::AccessService::Stub::CreateApiToken, create, &token).ok());
  EXPECT_EQ(token.expires_at().seconds() - token.created_at().seconds(), 90 * 86400);
  v1::ListRulesResponse rules;
  auto ask = [&] {
    return Call(*fleet_stub_, &v1::FleetService::Stub::ListRules, v1::ListRulesRequest(), &rules,
                "Bearer " + token.token());
  };
  ASSERT_TRUE(ask().ok());
  EXPECT_EQ(rules.rules(0).id(), "some-rule");

  v1::ListApiTokensResponse list;
  ASSERT_TRUE(
      Admin(&v1::AccessService::Stub::ListApiTokens, v1::ListApiTokensRequest(), &list).ok());
  EXPECT_EQ(list.api_tokens_size(), 2);
  EXPECT_EQ(list.DebugString().find("muster_api_"), std::string::npos);

  v1::RevokeApiTokenRequest revoke;
  revoke.set_name(token.name());
  google::protobuf::Empty nothing;
  ASSERT_TRUE(Admin(&v1::AccessService::Stub::RevokeApiToken, revoke, &nothing).ok());
  EXPECT_EQ(ask().error_code(), grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(store_.AuditLines().size(), 4u);  // two creations, a revocation, a denial
}

TEST_F(ServicesTest, EnrolmentTokensHaveDefaultsAndBounds) {
  v1::CreateEnrollmentTokenRequest request;
  v1::EnrollmentToken token;
  auto create = [&] {
    return Admin(&v1::AccessService::Stub::CreateEnrollmentToken, request, &token);
  };
  EXPECT_THAT(create().error_message(), StartsWith("max_uses:"));
  request.set_max_uses(50);
  ASSERT_TRUE(create().ok());
  EXPECT_THAT(token.token(), StartsWith("muster_enroll_"));
  EXPECT_EQ(token.expires_at().seconds(), absl::ToUnixSeconds(now_) + 86400);
  request.mutable_lifetime()->set_seconds(91 * 86400);
  EXPECT_THAT(create().error_message(), StartsWith("lifetime:"));
  request.mutable_lifetime()->set_seconds(INT64_MAX);
  EXPECT_THAT(create().error_message(), StartsWith("lifetime:"));
}

TEST_F(ServicesTest, AChangeThatCannotBeAuditedGivesNoSecretAway) {
  ASSERT_TRUE(access_.Admit(admin_.substr(7), "muster.v1.AccessService.CreateApiToken").ok());
  store_.FailAudit(absl::UnavailableError("the database is away"));
  v1::CreateApiTokenRequest create;
  create.set_role(v1::VIEWER);
  create.set_description("x");
  v1::ApiToken token;
  EXPECT_EQ(Admin(&v1::AccessService::Stub::CreateApiToken, create, &token).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(token.token(), "");
}

TEST_F(ServicesTest, AuditPagesRunFromNewestToOldestWithoutGaps) {
  for (int i = 0; i < 6; ++i) Token(v1::VIEWER);
  v1::ListAuditEntriesRequest request;
  request.set_page_size(3);
  std::vector<int64_t> sequences;
  do {
    v1::ListAuditEntriesResponse page;
    ASSERT_TRUE(Admin(&v1::AccessService::Stub::ListAuditEntries, request, &page).ok());
    for (const auto& entry : page.audit_entries()) sequences.push_back(entry.sequence());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_THAT(sequences, ::testing::ElementsAre(7, 6, 5, 4, 3, 2, 1));
  request.set_page_token("x");
  v1::ListAuditEntriesResponse page;
  EXPECT_THAT(Admin(&v1::AccessService::Stub::ListAuditEntries, request, &page).error_message(),
              StartsWith("page_token:"));
}

}  // namespace
}  // namespace muster::operator_api
