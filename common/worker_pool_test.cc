#include "common/worker_pool.h"

#include <gtest/gtest.h>

#include <atomic>

#include "absl/synchronization/notification.h"

namespace muster {
namespace {

TEST(WorkerPoolTest, RunsEverythingThatItTookBeforeItEnds) {
  std::atomic<int> ran = 0;
  {
    WorkerPool pool(3, 1000);
    for (int i = 0; i < 500; ++i) ASSERT_TRUE(pool.Run([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 500);
}

TEST(WorkerPoolTest, RefusesWhatItCannotHold) {
  absl::Notification started, release;
  WorkerPool pool(1, 1);
  ASSERT_TRUE(pool.Run([&] {
    started.Notify();
    release.WaitForNotification();
  }));
  started.WaitForNotification();
  EXPECT_TRUE(pool.Run([] {}));
  EXPECT_FALSE(pool.Run([] {}));
  release.Notify();
}

}  // namespace
}  // namespace muster
