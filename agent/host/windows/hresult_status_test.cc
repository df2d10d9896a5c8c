#include "agent/host/windows/hresult_status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::host {
namespace {

using ::testing::HasSubstr;

TEST(HresultOfWin32, KeepsHresultsAndNeverMakesSuccessOfAFailure) {
  EXPECT_EQ(HresultOfWin32(5), 0x80070005u);
  EXPECT_EQ(HresultOfWin32(15007), 0x80073A9Fu);
  EXPECT_EQ(HresultOfWin32(0x80041010), 0x80041010u);
  EXPECT_EQ(HresultOfWin32(0), 0x80004005u);
}

TEST(AnswerCodeOf, TellsRefusalAbsenceAndFailureApart) {
  EXPECT_EQ(AnswerCodeOf(0x80041003, false), AnswerCode::kDenied);
  EXPECT_EQ(AnswerCodeOf(0x80004001, false), AnswerCode::kUnsupported);
  EXPECT_EQ(AnswerCodeOf(0x80041010, false), AnswerCode::kFailed);
  EXPECT_EQ(AnswerCodeOf(0x80004005, false), AnswerCode::kFailed);
  EXPECT_EQ(AnswerCodeOf(0x80004005, true), AnswerCode::kPartial);
  EXPECT_EQ(AnswerCodeOf(0x800705B4, true), AnswerCode::kTimedOut);
}

TEST(FileError, FollowsTheHostsContract) {
  EXPECT_EQ(FileError(2, "a").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FileError(3, "a").code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(FileError(5, "a").code(), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(FileError(267, "a").code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(FileError(32, "a").code(), absl::StatusCode::kUnavailable);
  EXPECT_THAT(std::string(FileError(1117, "a\nb").message()), HasSubstr("a\\x0ab"));
}

}  // namespace
}  // namespace muster::host
