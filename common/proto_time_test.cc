#include "common/proto_time.h"

#include <gtest/gtest.h>

namespace muster {
namespace {

TEST(ProtoTimeTest, RoundTripsToTheNanosecondOnBothSidesOfTheEpoch) {
  for (absl::Time time : {absl::FromUnixNanos(1'372'282'637'000'000'001), absl::FromUnixNanos(-1),
                          absl::UnixEpoch()}) {
    EXPECT_EQ(FromProto(ToProto(time)), time);
    EXPECT_GE(ToProto(time).nanos(), 0);
  }
}

TEST(ProtoTimeTest, InfinityBecomesWhatATimestampCanHold) {
  EXPECT_EQ(ToProto(absl::InfiniteFuture()).seconds(), 253402300799);
  EXPECT_EQ(ToProto(absl::InfinitePast()).seconds(), -62135596800);
}

TEST(ProtoTimeTest, DurationsRoundTrip) {
  EXPECT_EQ(FromProto(ToProto(absl::Milliseconds(1500))), absl::Milliseconds(1500));
}

}  // namespace
}  // namespace muster
