#include "agent/collect/checksur_follower.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "agent/host/fake/fake_host.h"

namespace muster::collect {
namespace {

using ::testing::SizeIs;

constexpr char kPath[] = "Windows/Logs/CBS/CheckSUR.persist.log";

std::string RunText(const std::string& minute, int findings, int first = 0) {
  std::string run = absl::StrCat(
      "=================================\r\nChecking System Update Readiness.\r\n"
      "Binary Version 6.1.7601.21645\r\n2013-07-01 ",
      minute, "\r\n\r\nChecking Packages\r\n");
  for (int i = first; i < first + findings; ++i) {
    absl::StrAppend(&run, "(f)\tCSI Payload File Missing\t0x00000000\tfile", i,
                    ".dll\tcomponent\r\n");
  }
  absl::StrAppend(&run, "\r\nSummary:\r\nSeconds executed: 5\r\n");
  return run;
}

class CheckSurFollowerTest : public ::testing::Test {
 protected:
  v1::IncidentBatch Next() {
    auto batch = follower_.NextBatch(position_);
    EXPECT_TRUE(batch.ok()) << batch.status();
    position_ = batch->to();
    return *batch;
  }
  host::FakeHost host_;
  CheckSurFollower follower_{host_};
  v1::LogPosition position_;
};

TEST_F(CheckSurFollowerTest, ALogThatIsNotThereSaysNothing) {
  v1::IncidentBatch batch = Next();
  EXPECT_THAT(batch.incidents(), SizeIs(0));
  EXPECT_EQ(batch.to().SerializeAsString(), batch.from().SerializeAsString());
}

TEST_F(CheckSurFollowerTest, GivesEachRunOnceWithItsTimeInUtc) {
  follower_.SetUtcOffset(absl::Hours(2));
  host_.Write(kPath, RunText("10:10", 2));
  v1::IncidentBatch first = Next();
  ASSERT_THAT(first.incidents(), SizeIs(2));
  EXPECT_EQ(first.source(), kCheckSurSource);
  EXPECT_EQ(first.incidents(0).first().seconds(), 1'372'666'200);  // 2013-07-01T08:10:00Z
  EXPECT_THAT(Next().incidents(), SizeIs(0));
  host_.Append(kPath, RunText("11:10", 1));
  EXPECT_THAT(Next().incidents(), SizeIs(0));  // it has grown: the tool may be at it still
  EXPECT_THAT(Next().incidents(), SizeIs(1));
  EXPECT_THAT(Next().incidents(), SizeIs(0));
}

TEST_F(CheckSurFollowerTest, ALogThatWasBegunAnewIsReadFromItsStart) {
  host_.Write(kPath, RunText("10:10", 3));
  EXPECT_THAT(Next().incidents(), SizeIs(3));
  host_.Write(kPath, "x" + RunText("10:10", 4));
  Next();
  EXPECT_THAT(Next().incidents(), SizeIs(4));
}

TEST_F(CheckSurFollowerTest, ManyFindingsComeInSeveralBatchesAndNoneIsLost) {
  host_.Write(kPath, RunText("10:10", 700) + RunText("11:10", 600, 700));
  EXPECT_THAT(Next().incidents(), SizeIs(500));
  EXPECT_THAT(Next().incidents(), SizeIs(500));
  EXPECT_THAT(Next().incidents(), SizeIs(300));
  EXPECT_THAT(Next().incidents(), SizeIs(0));
}

TEST_F(CheckSurFollowerTest, AccessRefusedIsAnErrorAndLosesNothing) {
  host_.Write(kPath, RunText("10:10", 1));
  host_.Fail(kPath, absl::PermissionDeniedError("no"));
  EXPECT_TRUE(absl::IsPermissionDenied(follower_.NextBatch({}).status()));
}

}  // namespace
}  // namespace muster::collect
