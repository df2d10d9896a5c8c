#include "agent/main/service/watchdog.h"

#include <gtest/gtest.h>

namespace muster::agent {
namespace {

TEST(Watchdog, BarksAfterSoManyLooksWithoutABeat) {
  Watchdog watchdog(3);
  watchdog.Beat();
  EXPECT_TRUE(watchdog.Look());
  EXPECT_TRUE(watchdog.Look());
  EXPECT_TRUE(watchdog.Look());
  EXPECT_FALSE(watchdog.Look());
}

TEST(Watchdog, EachBeatBeginsTheCountAnew) {
  Watchdog watchdog(2);
  for (int i = 0; i < 10; ++i) {
    watchdog.Beat();
    EXPECT_TRUE(watchdog.Look());
    EXPECT_TRUE(watchdog.Look());
  }
}

}  // namespace
}  // namespace muster::agent
