// Who may have a campaign run: keys, signatures, two persons.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_format.h"
#include "common/orders/key_set.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "tests/integration/campaign_fixture.h"

namespace muster::integration {
namespace {

using Status = v1::OrderStatus;

class CampaignTrustTest : public CampaignTest {};

TEST_F(CampaignTrustTest, TwoPersonsAreTwoKeysAndTwoOperators) {
  PublishFirstKeys({&key_, &other_});
  auto fleet = PlayFleet(4);
  v1::CampaignSpec spec = Spec();
  spec.mutable_action()->mutable_rescan();
  spec.clear_rule();
  spec.set_two_person(true);
  const std::string author = NewToken(v1::APPROVER), approver = NewToken(v1::APPROVER);
  ASSERT_TRUE(Create(spec, author).ok());
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::SubmitCampaign, v1::SubmitCampaignRequest()).ok());
  const pki::SigningKey stranger = pki::SigningKey::Generate();
  EXPECT_EQ(Approve(stranger, author).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_TRUE(Approve(key_, author).ok());
  EXPECT_EQ(
      Call(&v1::CampaignService::Stub::StartCampaign, v1::StartCampaignRequest()).error_code(),
      grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(Approve(other_, author).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_TRUE(Approve(other_, approver).ok());
  EXPECT_EQ(campaign_.approvals_size(), 2);
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::StartCampaign, v1::StartCampaignRequest()).ok());
  AwaitState(v1::Campaign::COMPLETED);
  EXPECT_EQ(campaign_.counts().succeeded(), 4);
}

TEST_F(CampaignTrustTest, AStolenServerCannotRunWhatNobodySigned) {
  PublishFirstKeys({&key_});
  auto fleet = PlayFleet(3);
  v1::CampaignSpec spec = Spec();
  spec.mutable_waves(0)->set_min_sample(3);  // it pauses once all have answered
  spec.mutable_action()->mutable_rescan();
  ASSERT_TRUE(Create(spec).ok());
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::SubmitCampaign, v1::SubmitCampaignRequest()).ok());
  // Straight past everything that the server checks.
  ExecuteSql("UPDATE campaigns SET state = 3, started_at = now()");
  AwaitState(v1::Campaign::PAUSED);
  EXPECT_EQ(campaign_.counts().refused(), 3);
  ASSERT_EQ(campaign_.failures_size(), 1);
  EXPECT_EQ(campaign_.failures(0).cause(), Status::BAD_SIGNATURE);
  EXPECT_EQ(fleet->most_installs(), 0);
}

TEST_F(CampaignTrustTest, KeysOfTheServersOwnMakingAreNotObeyed) {
  PublishFirstKeys({&key_});
  auto fleet = PlayFleet(3);
  // The thief of a server puts a key of its own in force, unsigned.
  const pki::SigningKey thief = pki::SigningKey::Generate();
  v1::KeySet set;
  set.set_serial(2);
  set.set_min_approvals(1);
  *set.add_keys() = orders::DescribeKey(thief, "thief");
  v1::SignedKeySet forged;
  forged.set_key_set(set.SerializeAsString());
  *forged.add_signatures() = orders::SignKeySet(thief, forged.key_set());
  std::string hex;
  for (const unsigned char c : forged.SerializeAsString()) absl::StrAppendFormat(&hex, "%02x", c);
  ExecuteSql("INSERT INTO operator_key_sets VALUES (2, '\\x" + hex + "', 'thief', now())");
  v1::CampaignSpec spec = Spec();
  spec.mutable_waves(0)->set_min_sample(3);  // it pauses once all have answered
  spec.mutable_action()->mutable_rescan();
  ASSERT_TRUE(Create(spec).ok());
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::SubmitCampaign, v1::SubmitCampaignRequest()).ok());
  ASSERT_TRUE(Approve(thief).ok());
  StopServer();  // it learns of them when it starts, before anybody connects
  StartServer();
  ASSERT_TRUE(Call(&v1::CampaignService::Stub::StartCampaign, v1::StartCampaignRequest()).ok());
  AwaitState(v1::Campaign::PAUSED);
  EXPECT_EQ(campaign_.counts().refused(), 3);
  EXPECT_EQ(fleet->most_installs(), 0);
}

// The server goes down again and again under a running campaign; nothing runs twice, and everything
// ends.

}  // namespace
}  // namespace muster::integration
