#include "agent/remedy/pinned_keys.h"

#include <gtest/gtest.h>

#include "common/files.h"
#include "common/orders/key_set.h"

namespace muster::remedy {
namespace {

class PinnedKeysTest : public ::testing::Test {
 protected:
  v1::SignedKeySet Set(uint64_t serial, const pki::SigningKey& key, const pki::SigningKey* signer) {
    v1::KeySet set;
    set.set_serial(serial);
    set.set_min_approvals(1);
    *set.add_keys() = orders::DescribeKey(key, "Ada");
    v1::SignedKeySet result;
    result.set_key_set(set.SerializeAsString());
    if (signer != nullptr) *result.add_signatures() = orders::SignKeySet(*signer, result.key_set());
    return result;
  }

  const std::filesystem::path file_ =
      std::filesystem::temp_directory_path() /
      ("muster_pins_" +
       std::string(::testing::UnitTest::GetInstance()->current_test_info()->name()));
  pki::SigningKey a_ = pki::SigningKey::Generate(), b_ = pki::SigningKey::Generate(),
                  thief_ = pki::SigningKey::Generate();
};

TEST_F(PinnedKeysTest, TheFirstStaysUnlessAPinnedKeySignsAnother) {
  std::filesystem::remove(file_);
  auto pinned = PinnedKeys::Load(file_);
  ASSERT_TRUE(pinned.ok());
  EXPECT_EQ(pinned->keys(), nullptr);
  EXPECT_FALSE(pinned->Follow({Set(1, a_, nullptr)}).ok());  // not from a session
  ASSERT_TRUE(pinned->PinFirst(Set(3, a_, nullptr)).ok());
  ASSERT_TRUE(pinned->PinFirst(Set(1, thief_, nullptr)).ok());
  EXPECT_EQ(pinned->serial(), 3u);

  EXPECT_FALSE(pinned->Follow({Set(4, thief_, nullptr)}).ok());
  EXPECT_FALSE(pinned->Follow({Set(4, thief_, &thief_)}).ok());
  EXPECT_FALSE(pinned->Follow({Set(5, b_, &a_)}).ok());
  EXPECT_TRUE(pinned->Follow({Set(2, thief_, nullptr), Set(4, b_, &a_), Set(5, a_, &b_)}).ok());
  auto again = PinnedKeys::Load(file_);
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->serial(), 5u);
  EXPECT_EQ(again->keys()->keys(0).id(), a_.Id().ToBytes());
  std::filesystem::remove(file_);
}

TEST_F(PinnedKeysTest, ADamagedFileObeysNobody) {
  ASSERT_TRUE(ReplaceFileContent(file_, "nonsense", FileMode::kShared).ok());
  EXPECT_TRUE(absl::IsDataLoss(PinnedKeys::Load(file_).status()));
  std::filesystem::remove(file_);
}

}  // namespace
}  // namespace muster::remedy
