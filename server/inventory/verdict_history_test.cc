#include "server/inventory/verdict_history.h"

#include <gtest/gtest.h>

namespace muster::inventory {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'372'636'800);
absl::Time Hour(int hours) { return kStart + absl::Hours(hours); }

TEST(VerdictHistoryTest, InstantsAreEvenAndIncludeBothEnds) {
  EXPECT_EQ(Instants(Hour(0), Hour(4), 5),
            (std::vector<absl::Time>{Hour(0), Hour(1), Hour(2), Hour(3), Hour(4)}));
  EXPECT_EQ(Instants(Hour(0), Hour(4), 1), (std::vector<absl::Time>{Hour(4)}));
}

TEST(VerdictHistoryTest, CountsEachMachineOnceAndTheClockTurnsRiskIntoHarm) {
  VerdictHistory history(Instants(Hour(0), Hour(4), 5));
  history.Add({"a", Hour(0), Hour(3), v1::Verdict::AT_RISK, Hour(2)});
  history.Add({"a", Hour(3), absl::InfiniteFuture(), v1::Verdict::FIXED, {}});
  // Two rules: the worse one counts.
  history.Add({"b", Hour(1), absl::InfiniteFuture(), v1::Verdict::CLEAN, {}});
  history.Add({"b", Hour(2), Hour(3), v1::Verdict::AFFECTED, {}});
  const auto told = history.Finish();
  ASSERT_EQ(told.points_size(), 5);
  EXPECT_EQ(told.points(0).at_risk(), 1);
  EXPECT_EQ(told.points(0).clean(), 0);
  EXPECT_EQ(told.points(1).at_risk(), 1);
  EXPECT_EQ(told.points(1).clean(), 1);
  EXPECT_EQ(told.points(2).affected(), 2);
  EXPECT_EQ(told.points(2).at_risk(), 0);
  EXPECT_EQ(told.points(3).affected(), 0);
  EXPECT_EQ(told.points(3).fixed(), 1);
  EXPECT_EQ(told.points(3).clean(), 1);
  EXPECT_EQ(told.points(4).fixed(), 1);
}

}  // namespace
}  // namespace muster::inventory
