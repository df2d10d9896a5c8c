#include "server/inventory/job_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace muster::inventory {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Job MakeJob(size_t bytes) {
  Job job;
  job.bytes = bytes;
  job.work = AdoptWork{};
  return job;
}

TEST(JobQueueTest, IsBoundedInCountAndInBytes) {
  JobQueue queue({.max_jobs = 2, .max_bytes = 100});
  Job large = MakeJob(90), small = MakeJob(20), tiny = MakeJob(1), more = MakeJob(1);
  EXPECT_TRUE(queue.Push(large).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(queue.Push(small)));
  EXPECT_TRUE(queue.Push(tiny).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(queue.Push(more)));
  EXPECT_EQ(queue.size(), 2u);
  EXPECT_EQ(queue.bytes(), 91u);
  EXPECT_EQ(queue.refused(), 2);
  EXPECT_THAT(queue.Pop(10, 1'000, absl::ZeroDuration()), SizeIs(2));
  EXPECT_TRUE(queue.Push(small).ok());
}

TEST(JobQueueTest, HandsOutBatchesOfBoundedSize) {
  JobQueue queue({});
  for (int i = 0; i < 5; ++i) queue.PushFollowUp(MakeJob(10));
  EXPECT_THAT(queue.Pop(3, 1'000, absl::ZeroDuration()), SizeIs(3));
  EXPECT_THAT(queue.Pop(3, 10, absl::ZeroDuration()), SizeIs(1));
}

TEST(JobQueueTest, WakesAWaitingWriterAndHandsOutTheRestAfterClosing) {
  JobQueue queue({});
  std::thread producer([&] { queue.PushFollowUp(MakeJob(1)); });
  EXPECT_THAT(queue.Pop(1, 10, absl::InfiniteDuration()), SizeIs(1));
  producer.join();
  queue.PushFollowUp(MakeJob(1));
  queue.Close();
  Job late = MakeJob(1);
  EXPECT_TRUE(absl::IsUnavailable(queue.Push(late)));
  EXPECT_THAT(queue.Pop(9, 10, absl::InfiniteDuration()), SizeIs(1));
  EXPECT_THAT(queue.Pop(9, 10, absl::InfiniteDuration()), IsEmpty());
}

}  // namespace
}  // namespace muster::inventory
