#include "common/backoff.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace muster {
namespace {

constexpr BackoffOptions kOptions{.initial = absl::Seconds(1),
                                  .cap = absl::Seconds(60),
                                  .multiplier = 2,
                                  .spread = absl::Seconds(30)};

TEST(BackoffTest, GrowsToItsCapAndStartsAnewAfterASuccess) {
  Digest machine;  // phase 0
  Backoff backoff(kOptions, machine, 1);
  absl::Duration expected = absl::Seconds(1);
  for (int i = 0; i < 20; ++i) {
    absl::Duration delay = backoff.Next();
    EXPECT_GE(delay, expected / 2) << i;
    EXPECT_LE(delay, expected) << i;
    expected = std::min(absl::Seconds(60), expected * 2);
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Seconds(1));
}

TEST(BackoffTest, PhaseIsStableAndSpreadsAFleetEvenly) {
  EXPECT_EQ(Backoff::Phase(Sha256("a machine")), Backoff::Phase(Sha256("a machine")));
  std::vector<int> tenths(10);
  for (int i = 0; i < 10'000; ++i) {
    double phase = Backoff::Phase(Sha256(std::to_string(i)));
    ASSERT_GE(phase, 0);
    ASSERT_LT(phase, 1);
    ++tenths[static_cast<int>(phase * 10)];
  }
  for (int count : tenths) EXPECT_NEAR(count, 1'000, 150);
}

}  // namespace
}  // namespace muster
