#include "agent/sync/event_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/synchronization/notification.h"

namespace muster::sync {
namespace {

TEST(EventLoopTest, RunsWhatIsPostedInOrderAndTimersByTheirTime) {
  EventLoop loop;
  std::string order;
  absl::Notification done;
  loop.Post([&] {
    loop.After(absl::Milliseconds(20), [&] { done.Notify(); });
    loop.After(absl::Milliseconds(10), [&] { order += "c"; });
    const Scheduler::TimerId cancelled = loop.After(absl::Milliseconds(5), [&] { order += "x"; });
    loop.Post([&] { order += "b"; });
    loop.Cancel(cancelled);
    order += "a";
  });
  done.WaitForNotification();
  EXPECT_EQ(order, "abc");
}

TEST(EventLoopTest, WhatHasNotRunIsDroppedAtTheEnd) {
  bool ran = false;
  {
    EventLoop loop;
    loop.After(absl::Hours(1), [&] { ran = true; });
  }
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace muster::sync
