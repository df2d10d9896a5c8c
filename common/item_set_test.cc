#include "common/item_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster {
namespace {

using ::testing::ElementsAreArray;
using ::testing::IsEmpty;
using ::testing::SizeIs;

ItemSet Make(std::vector<std::string> items) { return ItemSet(v1::UPDATES, std::move(items)); }

TEST(ItemSetTest, DigestIgnoresOrderAndDuplicates) {
  EXPECT_EQ(Make({"a", "b", "c"}).digest(), Make({"c", "a", "b", "a"}).digest());
  EXPECT_NE(Make({"a", "b"}).digest(), Make({"a"}).digest());
  EXPECT_THAT(Make({"a", "a"}).items(), SizeIs(1));
}

TEST(ItemSetTest, EmptySetsOfTwoKindsAreNotOne) {
  EXPECT_EQ(Make({}).digest(), Sha256("\x01"));
  EXPECT_NE(Make({}).digest(), ItemSet(v1::PACKAGES, {}).digest());
}

TEST(ItemSetTest, FindsItemsByDigest) {
  ItemSet set = Make({"a", "b"});
  ASSERT_NE(set.Find(Sha256("b")), nullptr);
  EXPECT_EQ(set.Find(Sha256("b"))->bytes, "b");
  EXPECT_EQ(set.Find(Sha256("z")), nullptr);
}

TEST(ItemSetTest, DifferenceAppliedGivesTheTarget) {
  auto base = Make({"a", "b", "c"}).ItemDigests();
  auto target = Make({"b", "c", "d", "e"}).ItemDigests();
  SetDifference difference = Difference(base, target);
  EXPECT_THAT(difference.added, SizeIs(2));
  EXPECT_THAT(difference.removed, SizeIs(1));
  EXPECT_THAT(*ApplyDifference(base, difference), ElementsAreArray(target));
  EXPECT_THAT(Difference(base, base).added, IsEmpty());
}

TEST(ItemSetTest, RefusesChangesThatDoNotFitTheBase) {
  auto base = Make({"a", "b"}).ItemDigests();
  EXPECT_FALSE(ApplyDifference(base, {.added = {Sha256("a")}, .removed = {}}).ok());
  EXPECT_FALSE(ApplyDifference(base, {.added = {}, .removed = {Sha256("z")}}).ok());
  auto descending = Make({"x", "y"}).ItemDigests();
  std::swap(descending[0], descending[1]);
  EXPECT_FALSE(ApplyDifference(base, {.added = descending, .removed = {}}).ok());
}

TEST(ItemSetTest, RefusesSetsThatAreTooLarge) {
  std::vector<Digest> many(kMaxItemsPerSet + 1);
  for (size_t i = 0; i < many.size(); ++i) {
    many[i].bytes = {uint8_t(i >> 16), uint8_t(i >> 8), uint8_t(i)};
  }
  EXPECT_FALSE(ApplyDifference({}, {.added = many, .removed = {}}).ok());
  many.pop_back();
  EXPECT_TRUE(ApplyDifference({}, {.added = many, .removed = {}}).ok());
}

}  // namespace
}  // namespace muster
