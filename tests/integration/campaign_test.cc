// Campaigns from a draft to a fleet that is fixed: a real server on PostgreSQL, simulated machines
// with the production desk.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>

#include "absl/time/clock.h"
#include "common/proto_time.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "tests/integration/campaign_fixture.h"

namespace muster::integration {
namespace {

using Status = v1::OrderStatus;
using ::testing::HasSubstr;

TEST_F(CampaignTest, AFleetIsFixedInWavesAndSaysSo) {
  PublishFirstKeys({&key_});
  ASSERT_TRUE(Upload("Windows6.1-KB2749655-x64.msu", GoodMsu(), &payload_).ok());
  auto fleet = PlayFleet(20);
  EXPECT_EQ(List("verdict = AFFECTED").total_size(), 20);
  Launch(Spec());
  AwaitState(v1::Campaign::COMPLETED);
  EXPECT_EQ(campaign_.counts().succeeded(), 20);
  v1::ListCampaignsResponse listed;
  ASSERT_TRUE(Stub<v1::CampaignService>()->ListCampaigns(AdminContext().get(), {}, &listed).ok());
  EXPECT_EQ(listed.campaigns(0).counts().succeeded(), 20);
  ASSERT_EQ(campaign_.waves_size(), 2);
  EXPECT_EQ(campaign_.waves(0).counts().succeeded(), 3);
  // The second began only when the first had soaked.
  EXPECT_GE(FromProto(campaign_.waves(1).start_time()),
            FromProto(campaign_.waves(0).soak_time()) + absl::Milliseconds(300));
  EXPECT_EQ(List("verdict = FIXED").total_size(), 20);
  EXPECT_EQ(List("verdict = REMEDIATING").total_size(), 0);
  EXPECT_EQ(fleet->most_installs(), 1);
}

TEST_F(CampaignTest, AWaveThatFailsStopsTheCampaignUntilItIsRetriedAndResumed) {
  PublishFirstKeys({&key_});
  ASSERT_TRUE(Upload("Windows6.1-KB2749655-x64.msu", GoodMsu(), &payload_).ok());
  const auto broken = folder_ / "broken";
  std::ofstream(broken) << "yes";
  load::RemedyOptions remedy;
  remedy.broken_site = "Berlin";
  remedy.broken_file = broken;
  auto fleet = PlayFleet(20, remedy);
  v1::CampaignSpec spec = Spec();
  spec.clear_waves();
  v1::WavePolicy& berlin = AddWave(spec);
  berlin.set_percent(100);
  berlin.set_filter("site = \"Berlin\"");
  AddWave(spec).set_rest(true);
  Launch(spec);
  AwaitState(v1::Campaign::PAUSED);
  EXPECT_EQ(campaign_.pause_reason(), v1::Campaign::ERRORS_ABOVE_THRESHOLD);
  EXPECT_EQ(campaign_.waves(1).counts().waiting(), campaign_.counts().waiting());
  ASSERT_EQ(campaign_.failures_size(), 1);
  EXPECT_EQ(campaign_.failures(0).code(), 0x80070422u);
  EXPECT_EQ(campaign_.failures(0).code_name(), "ERROR_SERVICE_DISABLED");
  EXPECT_THAT(campaign_.failures(0).advice(), HasSubstr("wuauserv"));

  // The group lists exactly its orders; others, none.
  v1::ListOrdersRequest of_group;
  of_group.add_states(Status::FAILED);
  of_group.add_states(Status::REFUSED);
  of_group.set_cause(campaign_.failures(0).cause());
  of_group.set_code(campaign_.failures(0).code());
  const v1::ListOrdersResponse grouped = Orders(of_group);
  EXPECT_EQ(grouped.orders_size(), campaign_.failures(0).machines());
  EXPECT_EQ(grouped.total_size(), campaign_.failures(0).machines());
  for (const v1::OrderView& order : grouped.orders()) {
    EXPECT_EQ(order.status().code(), 0x80070422u);
    EXPECT_EQ(order.status().state(), Status::FAILED);
  }
  v1::ListOrdersRequest other = of_group;
  other.set_cause(Status::LOW_DISK);
  EXPECT_EQ(Orders(other).orders_size(), 0);
  other = of_group;
  other.set_code(1603);
  EXPECT_EQ(Orders(other).orders_size(), 0);
  other.clear_code();
  other.set_without_code(true);
  EXPECT_EQ(Orders(other).orders_size(), 0);
  other.clear_cause();
  other.clear_states();
  EXPECT_EQ(Orders(other).orders_size(), 20 - campaign_.failures(0).machines());

  // Resumed without a repair it goes past them, and they stay failed.
  std::filesystem::remove(broken);
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::RetryFailed, v1::RetryFailedRequest()).ok());
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::ResumeCampaign, v1::ResumeCampaignRequest()).ok());
  AwaitState(v1::Campaign::COMPLETED);
  EXPECT_EQ(campaign_.counts().succeeded(), 20);
  EXPECT_LE(fleet->most_installs(), 2);
}

TEST_F(CampaignTest, AnExtensionTakesWhoIsNew) {
  PublishFirstKeys({&key_});
  auto fleet = PlayFleet(4);
  v1::CampaignSpec spec = Spec();
  spec.mutable_action()->mutable_rescan();
  spec.clear_rule();
  Launch(spec);
  AwaitState(v1::Campaign::COMPLETED);
  const std::string first = name_;
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::ExtendCampaign, v1::ExtendCampaignRequest()).ok());
  name_ = campaign_.name();
  EXPECT_EQ(campaign_.extends(), first);
  v1::PreviewCampaignRequest request;
  request.set_name(name_);
  v1::PreviewCampaignResponse preview;
  ASSERT_TRUE(
      Stub<v1::CampaignService>()->PreviewCampaign(AdminContext().get(), request, &preview).ok());
  EXPECT_EQ(preview.targets(), 0);
  const EnrolledMachine late = Enrol("PC-LATE");
  RawSession session(late.address);
  v1::Update update;
  update.set_kb("KB976902");
  UploadByHand(session, "PC-LATE", ItemSet(v1::UPDATES, {update.SerializeAsString()}));
  ExecuteSql("UPDATE machines SET last_seen = now() WHERE last_seen IS NULL");
  ASSERT_TRUE(
      Stub<v1::CampaignService>()->PreviewCampaign(AdminContext().get(), request, &preview).ok());
  EXPECT_EQ(preview.targets(), 1);
}

// The database goes away with the answer to a commit: the order is offered, and nobody was told.
TEST_F(CampaignTest, AnOfferThatNobodyHandedOutIsSentAgain) {
  StopServer();
  options_.dispatcher.patience = absl::Milliseconds(300);
  StartServer();
  PublishFirstKeys({&key_});
  auto fleet = PlayFleet(4);
  v1::CampaignSpec spec = Spec();
  spec.mutable_action()->mutable_rescan();
  spec.clear_rule();
  Launch(spec);  // who has just connected is asked anyway: let that be over
  AwaitState(v1::Campaign::COMPLETED);
  ASSERT_TRUE(Create(spec).ok());
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::SubmitCampaign, v1::SubmitCampaignRequest()).ok());
  ASSERT_TRUE(Approve(key_).ok());
  ExecuteSql(
      "UPDATE orders SET state = 2, offered_at = now(), deadline_at = now() + interval '1 hour' "
      "WHERE state = 1");
  // Paused: nothing new is offered.
  ExecuteSql("UPDATE campaigns SET state = 4, started_at = now() WHERE state = 2");
  AwaitCounts([](const v1::OrderCounts& counts) { return counts.succeeded() == 4; });
}

TEST_F(CampaignTest, CancellingWithdrawsWhatWasNotBegun) {
  PublishFirstKeys({&key_});
  auto fleet = PlayFleet(4);
  v1::CampaignSpec spec = Spec();
  spec.mutable_action()->mutable_rescan();
  spec.clear_rule();
  spec.mutable_waves(0)->set_machines(4);
  // A window that opens in hours: the orders lie with the agents.
  const auto minute = static_cast<uint32_t>(absl::ToUnixSeconds(absl::Now()) / 60 % 1440);
  auto& span = *spec.mutable_window()->add_spans();
  span.set_start_minute((minute + 300) % 1440);
  span.set_minutes(10);
  Launch(spec);
  AwaitCounts([](const v1::OrderCounts& counts) { return counts.accepted() == 4; });
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::CancelCampaign, v1::CancelCampaignRequest()).ok());
  AwaitCounts([](const v1::OrderCounts& counts) { return counts.expired() == 4; });
}

TEST_F(CampaignTest, AMachineThatIsGoneDoesNotStayUnderWayForEver) {
  PublishFirstKeys({&key_});
  const EnrolledMachine silent = Enrol("PC-SILENT");
  auto session = std::make_unique<RawSession>(silent.address);
  v1::Update update;
  update.set_kb("KB976902");
  UploadByHand(*session, "PC-SILENT", ItemSet(v1::UPDATES, {update.SerializeAsString()}));
  v1::CampaignSpec spec = Spec();
  spec.mutable_action()->mutable_rescan();
  spec.clear_rule();
  spec.set_filter("name = \"PC-SILENT\"");
  for (v1::WavePolicy& wave : *spec.mutable_waves()) {
    *wave.mutable_deadline() = ToProto(absl::Seconds(2));
  }
  Launch(spec);
  AwaitCounts([](const v1::OrderCounts& counts) { return counts.offered() == 1; });
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::CancelCampaign, v1::CancelCampaignRequest()).ok());
  AwaitCounts([](const v1::OrderCounts& counts) { return counts.failed() == 1; });
  ASSERT_EQ(campaign_.failures_size(), 1);
  EXPECT_EQ(campaign_.failures(0).cause(), Status::DEADLINE_PASSED);
}

TEST_F(CampaignTest, WhoAskedIsTold) {
  PublishFirstKeys({&key_});
  auto stub = Stub<v1::NotificationService>();
  v1::CreateNotificationChannelRequest request;
  v1::NotificationChannel channel;
  request.mutable_channel()->set_webhook_url("file:///etc/passwd");
  EXPECT_EQ(stub->CreateNotificationChannel(AdminContext().get(), request, &channel).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  request.mutable_channel()->set_webhook_url("http://127.0.0.1:1/hook");  // nobody listens there
  ASSERT_TRUE(stub->CreateNotificationChannel(AdminContext().get(), request, &channel).ok());
  EXPECT_EQ(channel.secret().size(), 64u);
  auto fleet = PlayFleet(2);
  v1::CampaignSpec spec = Spec();
  spec.mutable_action()->mutable_rescan();
  spec.clear_rule();
  Launch(spec);
  AwaitState(v1::Campaign::COMPLETED);
  v1::ListNotificationChannelsResponse channels;
  for (int i = 0;
       i < 100 && (channels.channels().empty() || channels.channels(0).last_error().empty()); ++i) {
    absl::SleepFor(absl::Milliseconds(100));
    ASSERT_TRUE(stub->ListNotificationChannels(AdminContext().get(),
                                               v1::ListNotificationChannelsRequest(), &channels)
                    .ok());
  }
  ASSERT_EQ(channels.channels_size(), 1);
  EXPECT_EQ(channels.channels(0).waiting(), 3);  // two waves done, and the end
  EXPECT_NE(channels.channels(0).last_error(), "");
  EXPECT_EQ(channels.channels(0).secret(), "");
}

TEST_F(CampaignTest, SurvivesServersThatGoDown) {
  PublishFirstKeys({&key_});
  ASSERT_TRUE(Upload("Windows6.1-KB2749655-x64.msu", GoodMsu(), &payload_).ok());
  constexpr int kMachines = 60;
  load::RemedyOptions remedy;
  remedy.install_time = absl::Seconds(2);
  auto fleet = PlayFleet(kMachines, remedy);
  v1::CampaignSpec spec = Spec();
  for (v1::WavePolicy& wave : *spec.mutable_waves()) wave.set_concurrency(15);
  Launch(spec);
  std::mt19937 random(7);
  for (int round = 0; round < 8; ++round) {
    absl::SleepFor(absl::Milliseconds(200 + random() % 800));
    StopServer();
    StartServer();
  }
  AwaitState(v1::Campaign::COMPLETED);
  EXPECT_EQ(campaign_.counts().succeeded(), kMachines);
  EXPECT_EQ(fleet->most_installs(), 1);
}

}  // namespace
}  // namespace muster::integration
