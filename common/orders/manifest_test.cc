#include "common/orders/manifest.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "common/orders/key_set.h"
#include "common/orders/merkle.h"
#include "common/proto_time.h"

namespace muster::orders {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'372'636'800);

class OrderTest : public ::testing::Test {
 protected:
  OrderTest() {
    for (int i = 0; i < 5; ++i) machines_.push_back(Sha256(std::string(1, char('a' + i))));
    std::sort(machines_.begin(), machines_.end());
    manifest_.set_format(1);
    manifest_.set_campaign("campaigns/1");
    manifest_.set_nonce(std::string(16, 'n'));
    manifest_.set_title("KB2749655");
    manifest_.mutable_action()->mutable_rescan();
    *manifest_.mutable_not_before() = ToProto(kNow - absl::Hours(1));
    *manifest_.mutable_not_after() = ToProto(kNow + absl::Hours(1));
    MerkleTree tree(machines_);
    manifest_.set_target_root(tree.root().ToBytes());
    manifest_.set_target_count(tree.size());
    manifest_.set_required_approvals(1);
    manifest_.set_max_attempts(2);
    manifest_.mutable_restart()->set_when(v1::RestartPolicy::IF_NEEDED);
    *manifest_.mutable_run_limit() = ToProto(absl::Hours(1));
    keys_.set_serial(1);
    keys_.set_min_approvals(1);
    *keys_.add_keys() = DescribeKey(key_, "Ada");
    *keys_.add_keys() = DescribeKey(other_, "Grace");
  }

  v1::Order MakeOrder(std::vector<const pki::SigningKey*> signers) {
    v1::Order order;
    order.mutable_signed_manifest()->set_manifest(manifest_.SerializeAsString());
    for (const auto* signer : signers) {
      *order.mutable_signed_manifest()->add_signatures() =
          SignManifest(*signer, order.signed_manifest().manifest());
    }
    order.set_leaf(2);
    for (const Digest& sibling : MerkleTree(machines_).Proof(2)) {
      order.add_proof(sibling.ToBytes());
    }
    order.set_attempt(1);
    return order;
  }

  v1::OrderStatus::Cause Check(const v1::Order& order, absl::Time now = kNow) {
    auto checked = CheckOrder(&keys_, machines_[2], order, now);
    if (std::holds_alternative<CheckedOrder>(checked)) return v1::OrderStatus::CAUSE_UNSPECIFIED;
    EXPECT_EQ(std::get<v1::OrderStatus>(checked).state(), v1::OrderStatus::REFUSED);
    return std::get<v1::OrderStatus>(checked).cause();
  }

  pki::SigningKey key_ = pki::SigningKey::Generate(), other_ = pki::SigningKey::Generate();
  std::vector<Digest> machines_;
  v1::OrderManifest manifest_;
  v1::KeySet keys_;
};

TEST_F(OrderTest, ASignedOrderToATargetIsObeyed) {
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::CAUSE_UNSPECIFIED);
}

TEST_F(OrderTest, WhatNoPinnedKeySignedIsRefused) {
  EXPECT_EQ(Check(MakeOrder({})), v1::OrderStatus::BAD_SIGNATURE);
  const pki::SigningKey stranger = pki::SigningKey::Generate();
  EXPECT_EQ(Check(MakeOrder({&stranger})), v1::OrderStatus::BAD_SIGNATURE);
  v1::Order tampered = MakeOrder({&key_});
  manifest_.mutable_action()->mutable_remove_update()->set_kb("KB123456");
  tampered.mutable_signed_manifest()->set_manifest(manifest_.SerializeAsString());
  EXPECT_EQ(Check(tampered), v1::OrderStatus::BAD_SIGNATURE);
  auto unpinned = CheckOrder(nullptr, machines_[2], MakeOrder({&key_}), kNow);
  EXPECT_EQ(std::get<v1::OrderStatus>(unpinned).cause(), v1::OrderStatus::NO_PINNED_KEYS);
}

TEST_F(OrderTest, TwoPersonsAreTwoKeys) {
  manifest_.set_required_approvals(2);
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::TOO_FEW_APPROVALS);
  EXPECT_EQ(Check(MakeOrder({&key_, &key_})), v1::OrderStatus::TOO_FEW_APPROVALS);
  EXPECT_EQ(Check(MakeOrder({&key_, &other_})), v1::OrderStatus::CAUSE_UNSPECIFIED);
  // The pinned set asks for two, whatever the manifest says.
  manifest_.set_required_approvals(1);
  keys_.set_min_approvals(2);
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::TOO_FEW_APPROVALS);
}

TEST_F(OrderTest, OtherMachinesTimesAndAttemptsAreRefused) {
  v1::Order order = MakeOrder({&key_});
  order.set_leaf(1);
  EXPECT_EQ(Check(order), v1::OrderStatus::NOT_A_TARGET);
  order = MakeOrder({&key_});
  EXPECT_EQ(Check(order, kNow + absl::Hours(1)), v1::OrderStatus::OUTSIDE_VALIDITY);
  EXPECT_EQ(Check(order, kNow - absl::Hours(2)), v1::OrderStatus::OUTSIDE_VALIDITY);
  order.set_attempt(3);
  EXPECT_EQ(Check(order), v1::OrderStatus::TOO_MANY_ATTEMPTS);
  order.set_attempt(0);
  EXPECT_EQ(Check(order), v1::OrderStatus::TOO_MANY_ATTEMPTS);
}

TEST_F(OrderTest, WhatIsNotWholeIsRefusedThoughSigned) {
  manifest_.clear_action();
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::MALFORMED);
  manifest_.mutable_action()->mutable_remove_update()->set_kb("KB1 & del *");
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::MALFORMED);
  auto& install = *manifest_.mutable_action()->mutable_install_update();
  install.mutable_payload()->set_sha256(std::string(32, 'x'));
  install.mutable_payload()->set_size(5);
  install.mutable_payload()->set_kb("KB2749655");
  install.mutable_payload()->set_file_name("..\\evil.msu");
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::MALFORMED);
  install.mutable_payload()->set_file_name("Windows6.1-KB2749655-x64.msu");
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::CAUSE_UNSPECIFIED);
  install.add_sources("https://dp1.example.com/updates");
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::CAUSE_UNSPECIFIED);
  EXPECT_EQ(
      DescribeAction(manifest_.action()),
      "install KB2749655 (Windows6.1-KB2749655-x64.msu), from https://dp1.example.com/updates");
  install.add_sources("https://ada:secret@dp1.example.com/updates");
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::MALFORMED);
  install.mutable_sources()->RemoveLast();
  manifest_.set_format(2);
  EXPECT_EQ(Check(MakeOrder({&key_})), v1::OrderStatus::MALFORMED);
}

TEST_F(OrderTest, EveryAttemptIsAnOrderOfItsOwn) {
  const Digest manifest = Sha256("m");
  EXPECT_NE(OrderId(manifest, machines_[0], 1), OrderId(manifest, machines_[0], 2));
  EXPECT_NE(OrderId(manifest, machines_[0], 1), OrderId(manifest, machines_[1], 1));
}

TEST_F(OrderTest, KeySetsFollowEachOtherBySignature) {
  v1::SignedKeySet first;
  first.set_key_set(keys_.SerializeAsString());
  auto current = Follow(nullptr, first);
  ASSERT_TRUE(current.ok()) << current.status();

  v1::KeySet next = *current;
  next.set_serial(2);
  next.mutable_keys()->RemoveLast();
  v1::SignedKeySet change;
  change.set_key_set(next.SerializeAsString());
  EXPECT_FALSE(Follow(&*current, change).ok());
  const pki::SigningKey stranger = pki::SigningKey::Generate();
  *change.add_signatures() = SignKeySet(stranger, change.key_set());
  EXPECT_FALSE(Follow(&*current, change).ok());
  *change.add_signatures() = SignKeySet(key_, change.key_set());
  EXPECT_TRUE(Follow(&*current, change).ok());
  // Not twice, and not out of order.
  EXPECT_FALSE(Follow(&next, change).ok());
  // A key that is no longer in the set signs nothing more.
  v1::KeySet third = next;
  third.set_serial(3);
  v1::SignedKeySet by_removed;
  by_removed.set_key_set(third.SerializeAsString());
  *by_removed.add_signatures() = SignKeySet(other_, by_removed.key_set());
  EXPECT_FALSE(Follow(&next, by_removed).ok());
  // A signature for one purpose is none for another.
  v1::SignedKeySet mixed;
  mixed.set_key_set(third.SerializeAsString());
  *mixed.add_signatures() = SignManifest(key_, mixed.key_set());
  EXPECT_FALSE(Follow(&next, mixed).ok());
}

TEST_F(OrderTest, KeySetsThatWouldLockEverybodyOutAreRefused) {
  keys_.set_min_approvals(3);
  EXPECT_FALSE(CheckKeySet(keys_).ok());
  keys_.set_min_approvals(0);
  EXPECT_FALSE(CheckKeySet(keys_).ok());
  keys_.set_min_approvals(1);
  EXPECT_TRUE(CheckKeySet(keys_).ok());
  keys_.mutable_keys(0)->set_public_key(std::string(32, 'x'));
  EXPECT_FALSE(CheckKeySet(keys_).ok());
  keys_.clear_keys();
  EXPECT_FALSE(CheckKeySet(keys_).ok());
}

}  // namespace
}  // namespace muster::orders
