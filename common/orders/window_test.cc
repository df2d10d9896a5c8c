#include "common/orders/window.h"

#include <gtest/gtest.h>

namespace muster::orders {
namespace {

absl::Time At(const char* text) {
  absl::Time time;
  std::string error;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, text, &time, &error)) << error;
  return time;
}

v1::MaintenanceWindow Window(std::vector<uint32_t> days, uint32_t start, uint32_t minutes) {
  v1::MaintenanceWindow window;
  auto& span = *window.add_spans();
  for (const uint32_t day : days) span.add_days(day);
  span.set_start_minute(start);
  span.set_minutes(minutes);
  return window;
}

TEST(WindowTest, OpensByTheMachinesOwnTime) {
  const auto night = Window({}, 22 * 60, 240);
  const absl::Duration berlin = absl::Hours(2);
  EXPECT_EQ(NextOpening(night, At("2013-07-01T12:00:00Z"), berlin), At("2013-07-01T20:00:00Z"));
  EXPECT_EQ(NextOpening(night, At("2013-07-01T20:30:00Z"), berlin), At("2013-07-01T20:30:00Z"));
  // Over midnight.
  EXPECT_EQ(NextOpening(night, At("2013-07-01T23:59:00Z"), berlin), At("2013-07-01T23:59:00Z"));
  EXPECT_EQ(NextOpening(night, At("2013-07-02T00:00:00Z"), berlin), At("2013-07-02T20:00:00Z"));
}

TEST(WindowTest, WaitsForItsDay) {
  const auto sunday = Window({7}, 0, 1440);
  EXPECT_EQ(NextOpening(sunday, At("2013-07-01T12:00:00Z"), {}), At("2013-07-07T00:00:00Z"));
  EXPECT_EQ(NextOpening(sunday, At("2013-07-07T23:59:59Z"), {}), At("2013-07-07T23:59:59Z"));
  // One minute a week, and it has just passed.
  const auto minute = Window({1}, 0, 1);
  EXPECT_EQ(NextOpening(minute, At("2013-07-01T00:01:00Z"), {}), At("2013-07-08T00:00:00Z"));
}

TEST(WindowTest, WithoutSpansIsAlwaysOpen) {
  const absl::Time now = At("2013-07-01T12:00:00Z");
  EXPECT_EQ(NextOpening({}, now, absl::Hours(-8)), now);
}

TEST(WindowTest, RefusesWhatIsOutOfRange) {
  EXPECT_TRUE(CheckWindow(Window({1, 7}, 1439, 1440)).ok());
  EXPECT_FALSE(CheckWindow(Window({0}, 0, 1)).ok());
  EXPECT_FALSE(CheckWindow(Window({8}, 0, 1)).ok());
  EXPECT_FALSE(CheckWindow(Window({}, 1440, 1)).ok());
  EXPECT_FALSE(CheckWindow(Window({}, 0, 0)).ok());
  EXPECT_FALSE(CheckWindow(Window({}, 0, 1441)).ok());
}

}  // namespace
}  // namespace muster::orders
