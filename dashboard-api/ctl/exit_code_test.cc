#include "dashboard-api/ctl/exit_code.h"

#include <gtest/gtest.h>

namespace muster::ctl {
namespace {

TEST(ExitCodeTest, EachKindOfFailureHasItsOwnNumber) {
  EXPECT_EQ(ExitCodeOf(absl::OkStatus()), 0);
  EXPECT_EQ(ExitCodeOf(AnswerIsNo("the check does not hold")), 1);
  EXPECT_EQ(ExitCodeOf(absl::InvalidArgumentError("filter")), 2);
  EXPECT_EQ(ExitCodeOf(absl::UnavailableError("away")), 3);
  EXPECT_EQ(ExitCodeOf(absl::DeadlineExceededError("slow")), 3);
  EXPECT_EQ(ExitCodeOf(absl::ResourceExhaustedError("busy")), 3);
  EXPECT_EQ(ExitCodeOf(absl::UnimplementedError("another port")), 3);
  EXPECT_EQ(ExitCodeOf(absl::UnauthenticatedError("log in")), 4);
  EXPECT_EQ(ExitCodeOf(absl::PermissionDeniedError("role")), 4);
  EXPECT_EQ(ExitCodeOf(absl::NotFoundError("PC9")), 5);
  EXPECT_EQ(ExitCodeOf(absl::FailedPreconditionError("not a draft")), 6);
  EXPECT_EQ(ExitCodeOf(absl::AlreadyExistsError("anna")), 6);
  EXPECT_EQ(ExitCodeOf(absl::AbortedError("etag")), 6);
  EXPECT_EQ(ExitCodeOf(absl::InternalError("disk")), 7);
  EXPECT_EQ(ExitCodeOf(absl::DataLossError("manifest")), 7);
}

// A server that refuses must not be taken for one that says no.
TEST(ExitCodeTest, ANoIsNotARefusal) {
  EXPECT_NE(ExitCodeOf(absl::FailedPreconditionError("x")), ExitCodeOf(AnswerIsNo("x")));
  EXPECT_EQ(AnswerIsNo("x").message(), "x");
}

}  // namespace
}  // namespace muster::ctl
