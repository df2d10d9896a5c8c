#include "common/refusal.h"

#include <google/rpc/error_details.pb.h>
#include <gtest/gtest.h>

namespace muster {
namespace {

google::rpc::Status ErrorOf(const absl::Status& status) {
  google::rpc::Status error;
  error.set_code(static_cast<int>(status.code()));
  AddDetails(status, error);
  AddErrorInfo(error);
  return error;
}

TEST(RefusalTest, APreconditionSaysWhatDoesNotHoldAndOfWhat) {
  const absl::Status status = FailedPrecondition("CAMPAIGN_STATE", "campaigns/1", "it is a draft");
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status.message(), "it is a draft");
  const google::rpc::Status error = ErrorOf(status);
  ASSERT_EQ(error.details_size(), 2);
  google::rpc::PreconditionFailure failure;
  ASSERT_TRUE(error.details(0).UnpackTo(&failure));
  ASSERT_EQ(failure.violations_size(), 1);
  EXPECT_EQ(failure.violations(0).type(), "CAMPAIGN_STATE");
  EXPECT_EQ(failure.violations(0).subject(), "campaigns/1");
  EXPECT_EQ(failure.violations(0).description(), "it is a draft");
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(error.details(1).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "CAMPAIGN_STATE");
  EXPECT_EQ(info.domain(), "muster");
}

TEST(RefusalTest, OtherErrorsGiveTheirCodeAsReason) {
  absl::Status status = absl::NotFoundError("there is none");
  status.SetPayload("muster/of-our-own", absl::Cord("not for others"));
  const google::rpc::Status error = ErrorOf(status);
  ASSERT_EQ(error.details_size(), 1);
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(error.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "NOT_FOUND");
}

TEST(RefusalTest, AnErrorInfoThatIsThereStays) {
  google::rpc::Status error;
  google::rpc::ErrorInfo info;
  info.set_reason("OF_ITS_OWN");
  error.add_details()->PackFrom(info);
  AddErrorInfo(error);
  ASSERT_EQ(error.details_size(), 1);
}

}  // namespace
}  // namespace muster
