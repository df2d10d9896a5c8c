#include "server/inventory/upload_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::inventory {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kNow = absl::UnixEpoch();

Claim MakeClaim(SessionId session, const char* set) { return {session, v1::CATALOGS, Sha256(set)}; }

TEST(UploadBoardTest, OneSendsAndTheOthersWaitUntilItIsStored) {
  UploadBoard board({});
  EXPECT_TRUE(board.Join(MakeClaim(1, "set"), kNow));
  EXPECT_FALSE(board.Join(MakeClaim(2, "set"), kNow));
  EXPECT_FALSE(board.Join(MakeClaim(3, "set"), kNow));
  EXPECT_THAT(board.Complete(Sha256("set")).waiting, SizeIs(3));
  EXPECT_TRUE(board.Join(MakeClaim(4, "set"), kNow));
}

TEST(UploadBoardTest, TheSenderMayStartOver) {
  UploadBoard board({});
  EXPECT_TRUE(board.Join(MakeClaim(1, "set"), kNow));
  EXPECT_FALSE(board.Join(MakeClaim(2, "set"), kNow));
  EXPECT_TRUE(board.Join(MakeClaim(1, "set"), kNow));
  EXPECT_FALSE(board.Join(MakeClaim(2, "set"), kNow));
  EXPECT_THAT(board.Complete(Sha256("set")).waiting, SizeIs(2));
}

TEST(UploadBoardTest, TheNextInLineSendsWhenTheSenderIsGone) {
  UploadBoard board({});
  board.Join(MakeClaim(1, "set"), kNow);
  board.Join(MakeClaim(2, "set"), kNow);
  EXPECT_THAT(board.Leave(3, kNow), IsEmpty());
  auto next = board.Leave(1, kNow);
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].session, 2u);
  EXPECT_THAT(board.Leave(2, kNow), IsEmpty());
  EXPECT_TRUE(board.Join(MakeClaim(4, "set"), kNow));
}

TEST(UploadBoardTest, ASilentSenderIsPassedOver) {
  UploadBoard board({.max_uploads = 4, .patience = absl::Seconds(30)});
  board.Join(MakeClaim(1, "set"), kNow);
  board.Join(MakeClaim(2, "set"), kNow);
  EXPECT_THAT(board.Tick(kNow + absl::Seconds(29)), IsEmpty());
  auto next = board.Tick(kNow + absl::Seconds(30));
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].session, 2u);
  EXPECT_THAT(board.Tick(kNow + absl::Seconds(31)), IsEmpty());
  next = board.Tick(kNow + absl::Seconds(61));
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].session, 1u);
}

TEST(UploadBoardTest, NoMoreUploadsAtOnceThanItsBound) {
  UploadBoard board({.max_uploads = 1, .patience = absl::Seconds(30)});
  EXPECT_TRUE(board.Join(MakeClaim(1, "a"), kNow));
  EXPECT_FALSE(board.Join(MakeClaim(2, "b"), kNow));
  EXPECT_FALSE(board.Join(MakeClaim(3, "c"), kNow));
  auto completion = board.Complete(Sha256("a"));
  ASSERT_THAT(completion.send_now, SizeIs(1));
  EXPECT_EQ(completion.send_now[0].session, 2u);
  auto next = board.Leave(2, kNow);
  ASSERT_THAT(next, SizeIs(1));
  EXPECT_EQ(next[0].session, 3u);
}

TEST(UploadBoardTest, IsWholeOnceNothingIsMissing) {
  UploadBoard board({});
  board.Join(MakeClaim(1, "set"), kNow);
  EXPECT_EQ(board.Receive(Sha256("set"), {}, kNow), std::nullopt);  // nothing announced yet
  board.Announce(Sha256("set"), {Sha256("x"), Sha256("y"), Sha256("z")}, {Sha256("x"), Sha256("y")},
                 kNow);
  EXPECT_TRUE(board.Misses(Sha256("set"), Sha256("x")));
  EXPECT_FALSE(board.Misses(Sha256("set"), Sha256("z")));
  EXPECT_EQ(board.Receive(Sha256("set"), {Sha256("x")}, kNow), std::nullopt);
  auto whole = board.Receive(Sha256("set"), {Sha256("y")}, kNow);
  ASSERT_TRUE(whole.has_value());
  EXPECT_THAT(*whole, SizeIs(3));
}

}  // namespace
}  // namespace muster::inventory
