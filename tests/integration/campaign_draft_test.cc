// Before a campaign runs: what is written, selected and uploaded.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "muster/v1/campaign.grpc.pb.h"
#include "tests/integration/campaign_fixture.h"

namespace muster::integration {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class CampaignDraftTest : public CampaignTest {};

TEST_F(CampaignDraftTest, RolesAndStatesAreKept) {
  PublishFirstKeys({&key_});
  auto fleet = PlayFleet(3);
  v1::CampaignSpec spec = Spec();
  spec.mutable_action()->mutable_rescan();
  const std::string viewer = NewToken(v1::VIEWER), op = NewToken(v1::OPERATOR);
  EXPECT_EQ(Create(spec, viewer).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  ASSERT_TRUE(Create(spec, op).ok());
  EXPECT_EQ(
      Call(&v1::CampaignService::Stub::StartCampaign, v1::StartCampaignRequest()).error_code(),
      grpc::StatusCode::FAILED_PRECONDITION);
  ASSERT_TRUE(
      Call(&v1::CampaignService::Stub::SubmitCampaign, v1::SubmitCampaignRequest(), op).ok());
  EXPECT_EQ(Approve(key_, op).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(
      Call(&v1::CampaignService::Stub::SubmitCampaign, v1::SubmitCampaignRequest()).error_code(),
      grpc::StatusCode::FAILED_PRECONDITION);
  ASSERT_TRUE(
      Call(&v1::CampaignService::Stub::CancelCampaign, v1::CancelCampaignRequest(), op).ok());
  EXPECT_EQ(campaign_.counts().expired(), 3);
  EXPECT_EQ(Approve(key_).error_code(), grpc::StatusCode::FAILED_PRECONDITION);
}

TEST_F(CampaignDraftTest, WhatIsOutOfItsRangeIsRefusedWhenWritten) {
  v1::CampaignSpec spec = Spec();
  spec.mutable_action()->mutable_rescan();
  const auto refused = [&](const v1::CampaignSpec& bad, const std::string& field) {
    const grpc::Status status = Create(bad);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << field;
    EXPECT_THAT(status.error_message(), HasSubstr(field));
  };
  v1::CampaignSpec bad = spec;
  bad.mutable_waves(0)->set_success_percent(101);
  refused(bad, "success_percent");
  bad = spec;
  ASSERT_TRUE(Upload("Windows6.1-KB2749655-x64.msu", GoodMsu(), &payload_).ok());
  auto& install = *bad.mutable_action()->mutable_install_update();
  install.mutable_payload()->set_sha256(payload_.payload().sha256());
  install.add_sources("\\\\server\\updates");
  install.add_sources("ftp://dp1/updates");
  refused(bad, "action.sources[1]: must be a folder, or an address that begins with http://");
  bad = spec;
  bad.mutable_waves(0)->set_error_percent(100);
  refused(bad, "error_percent");
  bad = spec;
  bad.mutable_waves(1)->set_percent(0);
  refused(bad, "percent");
  bad = spec;
  bad.set_filter("nonsense = 1");
  refused(bad, "nonsense");
  bad = spec;
  bad.set_rule("no-such-rule");
  refused(bad, "rule");
  bad = spec;
  bad.mutable_action()->mutable_remove_update()->set_kb("2749655; del *");
  refused(bad, "kb");
  bad = spec;
  bad.mutable_window()->add_spans()->set_start_minute(5000);
  refused(bad, "window");
}

TEST_F(CampaignDraftTest, AnUpdateWhoseCatalogIsAboutToLapseIsNotTaken) {
  const grpc::Status status =
      Upload("Windows6.1-KB2749655-x64.msu", GoodMsu(/*lapses=*/true), &payload_);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION) << status.error_message();
  EXPECT_EQ(Upload("Windows6.1-KB2749655-x64.msu", "not a cabinet", &payload_).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(Upload("../evil.msu", GoodMsu(), &payload_).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  v1::ListPayloadsResponse payloads;
  ASSERT_TRUE(Stub<v1::PayloadService>()
                  ->ListPayloads(AdminContext().get(), v1::ListPayloadsRequest(), &payloads)
                  .ok());
  EXPECT_EQ(payloads.payloads_size(), 0);
}

TEST_F(CampaignDraftTest, PayloadsComeWholeAndFromWhereOneStopped) {
  const std::string msu = GoodMsu();
  ASSERT_TRUE(Upload("Windows6.1-KB2749655-x64.msu", msu, &payload_).ok());
  const EnrolledMachine machine = Enrol("PC1");
  std::string got;
  const auto take = [&](absl::string_view data) {
    got.append(data.data(), data.size());
    return absl::OkStatus();
  };
  const std::string& digest = payload_.payload().sha256();
  ASSERT_TRUE(sync::FetchPayload(machine.address, digest, 0, absl::Seconds(30), take).ok());
  EXPECT_EQ(got, msu);
  got.clear();
  ASSERT_TRUE(sync::FetchPayload(machine.address, digest, 1000, absl::Seconds(30), take).ok());
  EXPECT_EQ(got, msu.substr(1000));
  EXPECT_TRUE(absl::IsNotFound(
      sync::FetchPayload(machine.address, std::string(32, 'x'), 0, absl::Seconds(30), take)));
  sync::GatewayAddress anonymous = machine.address;
  anonymous.key.clear();
  anonymous.certificate.clear();
  EXPECT_TRUE(
      absl::IsUnauthenticated(sync::FetchPayload(anonymous, digest, 0, absl::Seconds(30), take)));
}

TEST_F(CampaignDraftTest, GroupsAreListsFiltersAndOtherGroups) {
  auto fleet = PlayFleet(6);
  auto stub = Stub<v1::GroupService>();
  v1::PutGroupRequest request;
  v1::PutGroupResponse response;
  request.mutable_group()->set_name("groups/listed");
  request.add_members("pc-00001");
  request.add_members("PC-00002");
  request.add_members("PC-99999");
  ASSERT_TRUE(stub->PutGroup(AdminContext().get(), request, &response).ok());
  EXPECT_EQ(response.machine_count(), 2);
  EXPECT_THAT(response.unknown_members(), ElementsAre("PC-99999"));
  EXPECT_EQ(stub->PutGroup(AdminContext().get(), request, &response).error_code(),
            grpc::StatusCode::ABORTED);

  request.Clear();
  request.mutable_group()->set_name("groups/both");
  request.mutable_group()->set_filter("name = \"PC-00003\"");
  request.mutable_group()->add_groups("groups/listed");
  ASSERT_TRUE(stub->PutGroup(AdminContext().get(), request, &response).ok());
  request.Clear();
  request.mutable_group()->set_name("groups/rest");
  request.mutable_group()->set_filter("name:*");
  request.mutable_group()->add_except_groups("groups/both");
  ASSERT_TRUE(stub->PutGroup(AdminContext().get(), request, &response).ok());
  const auto members = [&](const std::string& name) {
    v1::PreviewGroupRequest preview;
    preview.set_name(name);
    v1::PreviewGroupResponse held;
    grpc::Status status = stub->PreviewGroup(AdminContext().get(), preview, &held);
    EXPECT_TRUE(status.ok()) << status.error_message();
    EXPECT_EQ(held.machines(), held.samples_size());
    return std::vector<std::string>(held.samples().begin(), held.samples().end());
  };
  EXPECT_THAT(members("groups/both"), UnorderedElementsAre("PC-00001", "PC-00002", "PC-00003"));
  EXPECT_THAT(members("groups/rest"), UnorderedElementsAre("PC-00004", "PC-00005", "PC-00006"));

  // One that holds itself is refused, and nothing of it stays.
  v1::ListGroupsResponse groups;
  ASSERT_TRUE(stub->ListGroups(AdminContext().get(), v1::ListGroupsRequest(), &groups).ok());
  request.Clear();
  *request.mutable_group() = groups.groups(0);
  ASSERT_EQ(request.group().name(), "groups/both");
  request.mutable_group()->add_groups("groups/rest");
  EXPECT_EQ(stub->PutGroup(AdminContext().get(), request, &response).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(members("groups/both").size(), 3u);
}

}  // namespace
}  // namespace muster::integration
