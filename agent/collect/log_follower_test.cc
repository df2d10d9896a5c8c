#include "agent/collect/log_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/host/fake/fake_host.h"
#include "common/proto_time.h"

namespace muster::collect {
namespace {

constexpr char kLog[] = "Windows/Logs/CBS/CBS.log";
constexpr uint64_t kPlenty = 64 << 20;

std::string Line(int second, absl::string_view severity, absl::string_view message) {
  return absl::StrFormat("2013-07-01 09:00:%02d, %-22sCBS    %s\r\n", second, severity, message);
}
std::string Info(int second) { return Line(second, "Info", "Starting TrustedInstaller."); }
std::string Error(int second, absl::string_view what) { return Line(second, "Error", what); }

uint64_t Total(const v1::IncidentBatch& batch) {
  uint64_t total = 0;
  for (const auto& incident : batch.incidents()) total += incident.count();
  return total;
}

class LogFollowerTest : public ::testing::Test {
 protected:
  // The next batch; goes on from its end.
  v1::IncidentBatch Next(uint64_t max_bytes = kPlenty) {
    auto batch = follower_.NextBatch(position_, max_bytes);
    EXPECT_TRUE(batch.ok()) << batch.status();
    if (!batch.ok()) return {};
    EXPECT_EQ(batch->from().SerializeAsString(), position_.SerializeAsString());
    position_ = batch->to();
    return *batch;
  }

  host::FakeHost host_;
  LogFollower follower_{host_, kLog};
  v1::LogPosition position_;
};

TEST_F(LogFollowerTest, WaitsForALogThatIsNotThereYet) {
  const auto batch = Next();
  EXPECT_EQ(batch.source(), "CBS.log");
  EXPECT_EQ(batch.incidents_size(), 0);
  host_.Write(kLog, "2013-07-01 09:00:00, In");
  EXPECT_EQ(Next().to().SerializeAsString(), "");
}

TEST_F(LogFollowerTest, GivesWholeRecordsOnceAndTheLastWhenTheLogRests) {
  host_.Write(kLog, Info(0) + Error(1, "Failed one") + Error(2, "Failed two"));
  EXPECT_EQ(Total(Next()), 1u);  // the second may still get further lines
  EXPECT_EQ(Total(Next()), 1u);
  EXPECT_EQ(Total(Next()), 0u);
  host_.Append(kLog, Error(3, "Failed three") + Info(4));
  const auto batch = Next();
  ASSERT_EQ(batch.incidents_size(), 1);
  EXPECT_EQ(FromProto(batch.incidents(0).first()),
            absl::FromCivil(absl::CivilSecond(2013, 7, 1, 9, 0, 3), absl::UTCTimeZone()));
}

TEST_F(LogFollowerTest, DoesNotGiveHalfALine) {
  const std::string line = Error(1, "Failed to do what was asked");
  host_.Write(kLog, Info(0) + line.substr(0, 60));
  EXPECT_EQ(Total(Next()), 0u);
  host_.Append(kLog, line.substr(60) + Info(2));
  const auto batch = Next();
  ASSERT_EQ(batch.incidents_size(), 1);
  EXPECT_EQ(batch.incidents(0).signature().message(), "Failed to do what was asked");
}

TEST_F(LogFollowerTest, FinishesARotatedLogBeforeTheNewOne) {
  host_.Write(kLog, Info(0) + Error(1, "Failed before") + Error(2, "Failed last"));
  EXPECT_EQ(Total(Next()), 1u);
  host_.Append(kLog, Error(3, "Failed after"));
  host_.Rename(kLog, "Windows/Logs/CBS/CbsPersist_20130701090010.log");
  host_.Write(kLog, Info(20) + Error(21, "Failed anew") + Info(22));
  EXPECT_EQ(Total(Next()), 2u);
  const auto batch = Next();
  ASSERT_EQ(batch.incidents_size(), 1);
  EXPECT_EQ(batch.incidents(0).signature().message(), "Failed anew");
}

TEST_F(LogFollowerTest, GoesOnWithTheNewLogWhereTheRotatedOneIsGone) {
  host_.Write(kLog, Info(0) + Error(1, "Failed before") + Info(2));
  EXPECT_EQ(Total(Next()), 1u);
  host_.Write(kLog, Info(20) + Error(21, "Failed anew") + Info(22));
  EXPECT_EQ(Total(Next()), 1u);
}

TEST_F(LogFollowerTest, BeginsAnewWhereTheLogWasCut) {
  host_.Write(kLog, Info(0) + Error(1, "Failed before") + Info(2) + Info(3));
  EXPECT_EQ(Total(Next()), 1u);
  host_.Write(kLog, Info(0) + Error(5, "Failed anew"));
  Next();
  const auto batch = Next();
  ASSERT_EQ(batch.incidents_size(), 1);
  EXPECT_EQ(batch.incidents(0).signature().message(), "Failed anew");
}

TEST_F(LogFollowerTest, BeginsWithTheOldestRotatedLog) {
  host_.Write("Windows/Logs/CBS/CbsPersist_20130601000000.log",
              Info(0) + Error(1, "Failed long ago"));
  host_.Write(kLog, Info(2) + Error(3, "Failed lately") + Info(4));
  EXPECT_EQ(Next().incidents(0).signature().message(), "Failed long ago");
  EXPECT_EQ(Next().incidents(0).signature().message(), "Failed lately");
}

TEST_F(LogFollowerTest, ReadsInPiecesWithoutLosingOrRepeating) {
  std::string log = "\xEF\xBB\xBF";
  for (int i = 0; i < 60; ++i) absl::StrAppend(&log, Error(i, "Failed the same"), "  detail\r\n");
  host_.Write(kLog, log + Info(0));
  uint64_t total = 0;
  for (int calls = 0; calls < 200 && position_.offset() < log.size(); ++calls) {
    const uint64_t before = position_.offset();
    total += Total(Next(500));
    EXPECT_GT(position_.offset(), before);
  }
  EXPECT_EQ(total, 60u);
}

TEST_F(LogFollowerTest, PassesARecordThatIsLargerThanAPiece) {
  host_.Write(kLog,
              Error(1, "Failed") + std::string(5000, 'x') + "\n" + Error(2, "Failed") + Info(3));
  for (int calls = 0; calls < 20; ++calls) Next(1000);
  EXPECT_GT(position_.offset(), 5000u);
}

TEST_F(LogFollowerTest, BoundsTheKindsInABatch) {
  std::string log;
  for (int i = 0; i < 700; ++i) {
    absl::StrAppend(&log,
                    Error(1, absl::StrCat("Failed ", std::string(1 + i % 26, char('a' + i % 26)),
                                          std::string(1 + i / 26, char('A' + i % 26)))));
  }
  host_.Write(kLog, log + Info(2));
  const auto first = Next();
  EXPECT_EQ(first.incidents_size(), 500);
  EXPECT_EQ(Total(first) + Total(Next()), 700u);
}

TEST_F(LogFollowerTest, SameInputSameBatch) {
  host_.Write(kLog, Info(0) + Error(1, "Failed one") + Error(2, "Failed two") + Info(3));
  LogFollower other(host_, kLog);
  EXPECT_EQ(other.NextBatch({}, kPlenty)->SerializeAsString(), Next().SerializeAsString());
}

TEST_F(LogFollowerTest, KeepsItsPlaceWhereTheLogCannotBeRead) {
  host_.Write(kLog, Info(0));
  host_.Fail(kLog, absl::PermissionDeniedError("no"));
  EXPECT_EQ(follower_.NextBatch({}, kPlenty).status().code(), absl::StatusCode::kPermissionDenied);
}

}  // namespace
}  // namespace muster::collect
