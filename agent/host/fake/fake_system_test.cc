#include "agent/host/fake/fake_system.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/host/fake/recorded_answers.h"

namespace muster::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr absl::Duration kLimit = absl::Seconds(30);

TEST(FakeSystem, SetupEventsGoOnBehindTheBookmark) {
  FakeSystem system;
  for (const char* const event : {"a", "b", "c"}) system.AddSetupEvent(event);
  const EventBatch first = system.SetupEvents("", 2, kLimit).value;
  EXPECT_THAT(first.events, ElementsAre("a", "b"));
  EXPECT_TRUE(first.more);
  const EventBatch second = system.SetupEvents(first.bookmark, 2, kLimit).value;
  EXPECT_THAT(second.events, ElementsAre("c"));
  EXPECT_FALSE(second.more);
  const EventBatch third = system.SetupEvents(second.bookmark, 2, kLimit).value;
  EXPECT_THAT(third.events, IsEmpty());
  EXPECT_EQ(third.bookmark, second.bookmark);
}

TEST(FakeSystem, BookmarkIsLostWhenTheLogIsCleared) {
  FakeSystem system;
  system.AddSetupEvent("a");
  const std::string bookmark = system.SetupEvents("", 10, kLimit).value.bookmark;
  system.ClearSetupEvents();
  system.AddSetupEvent("b");
  const EventBatch batch = system.SetupEvents(bookmark, 10, kLimit).value;
  EXPECT_TRUE(batch.bookmark_lost);
  EXPECT_THAT(batch.events, ElementsAre("b"));
}

TEST(FakeSystem, CatalogsAreUnsignedUntilSaidOtherwise) {
  FakeSystem system;
  system.SetTrust("Windows/servicing/Packages/A.cat", Answer<TrustVerdict>{});
  EXPECT_EQ(system.VerifyCatalog("windows/servicing/packages/a.cat", kLimit).value.hresult, 0u);
  EXPECT_EQ(system.VerifyCatalog("b.cat", kLimit).value.hresult, 0x800B0100u);
}

TEST(RecordedAnswers, PartialRowsStay) {
  FakeSystem system;
  system.SetUpdateRows(HalfOfUpdateRows());
  const Answer<std::vector<UpdateRow>> answer = system.UpdateRows(kLimit);
  EXPECT_FALSE(answer.complete());
  EXPECT_EQ(answer.value.size(), HealthyUpdateRows().value.size() / 2);
}

TEST(RecordedAnswers, TheBlindListLooksLikeSuccess) {
  const Answer<std::vector<UpdateRow>> answer = BlindedUpdateRows();
  EXPECT_TRUE(answer.complete());
  EXPECT_THAT(answer.value, IsEmpty());
}

}  // namespace
}  // namespace muster::host
