#include "common/trace/exporter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/testdata/fake_collector.h"

namespace muster::trace {
namespace {

using testdata::FakeCollector;
using testdata::ReceivedSpan;
using ::testing::Each;
using ::testing::Field;
using ::testing::SizeIs;

class ExporterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    options_.collector.endpoint = collector_.endpoint();
    options_.resource = {"muster-test", "1.2.3", "instance-1"};
    options_.interval = absl::Milliseconds(1);
    options_.first_pause = options_.max_pause = absl::Milliseconds(1);
  }
  void Start() { exporter_ = std::make_unique<Exporter>(options_); }
  void Take(int spans) {
    for (int i = 0; i < spans; ++i) {
      SpanData span;
      span.context.trace[0] = span.context.span[0] = 1;
      span.name = absl::StrCat("span ", i);
      span.start = span.end = absl::Now();
      exporter_->Take(std::move(span));
    }
  }
  // Whether so many have got there or been dropped in time.
  bool Await(int64_t exported, int64_t dropped) {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    for (;;) {
      const ExporterCounts counts = exporter_->counts();
      if (counts.exported == exported && counts.dropped == dropped) return true;
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Milliseconds(1));
    }
  }

  FakeCollector collector_;
  ExporterOptions options_;
  std::unique_ptr<Exporter> exporter_;
};

TEST_F(ExporterTest, SpansArriveInBatches) {
  options_.max_batch_spans = 10;
  options_.interval = absl::Hours(1);
  Start();
  Take(25);
  const auto arrived = collector_.AwaitSpans(20);
  EXPECT_THAT(arrived, SizeIs(20));  // the rest waits for more
  EXPECT_THAT(arrived, Each(Field(&ReceivedSpan::service, "muster-test")));
  EXPECT_EQ(arrived[7].name, "span 7");
  EXPECT_THAT(collector_.posts(), SizeIs(2));
  exporter_.reset();
  EXPECT_THAT(collector_.spans(), SizeIs(25));  // nor is it lost at the end
}

TEST_F(ExporterTest, AFewSpansDoNotWaitForMany) {
  Start();
  Take(1);
  EXPECT_THAT(collector_.AwaitSpans(1), SizeIs(1));
  EXPECT_TRUE(Await(1, 0));
}

TEST_F(ExporterTest, ACollectorThatIsBusyIsAskedAgain) {
  collector_.AnswerWith(503);
  Start();
  Take(3);
  EXPECT_TRUE(collector_.AwaitPosts(3));
  collector_.AnswerWith(200);
  EXPECT_TRUE(Await(3, 0));
  EXPECT_THAT(collector_.spans(), SizeIs(3));
}

TEST_F(ExporterTest, ACollectorThatIsAwayCostsSpansAndNoTime) {
  options_.collector.endpoint = FakeCollector().endpoint();  // of one that is gone
  options_.max_attempts = 3;
  Start();
  Take(2);
  EXPECT_TRUE(Await(0, 2));
}

TEST_F(ExporterTest, WhatIsRefusedIsNotSentAgain) {
  collector_.AnswerWith(400);
  Start();
  Take(1);
  EXPECT_TRUE(Await(0, 1));
  EXPECT_THAT(collector_.posts(), SizeIs(1));
}

TEST_F(ExporterTest, APartialSuccessCountsAsSuch) {
  collector_.set_body(R"({"partialSuccess":{"rejectedSpans":"1"}})");
  options_.max_batch_spans = 3;
  options_.interval = absl::Hours(1);
  Start();
  Take(3);
  EXPECT_TRUE(Await(2, 1));
}

TEST_F(ExporterTest, TheQueueIsBoundedInCountAndBytes) {
  collector_.AnswerWith(0);  // holds the first batch
  options_.max_batch_spans = 1;
  options_.queue.max_spans = 4;
  options_.grace = absl::ZeroDuration();
  Start();
  Take(1);
  ASSERT_TRUE(collector_.AwaitPosts(1));
  Take(10);
  EXPECT_EQ(exporter_->counts().dropped, 6);
  options_.queue = {.max_spans = 1000, .max_bytes = 4 * sizeof(SpanData)};
  Start();
  Take(1);
  ASSERT_TRUE(collector_.AwaitPosts(2));
  Take(10);
  EXPECT_GT(exporter_->counts().dropped, 5);
}

TEST_F(ExporterTest, TheEndWaitsForNoCollectorThatIsSilent) {
  collector_.AnswerWith(0);
  options_.collector.timeout = absl::Minutes(10);
  options_.grace = absl::Milliseconds(10);
  Start();
  Take(1);
  ASSERT_TRUE(collector_.AwaitPosts(1));
  const absl::Time begun = absl::Now();
  exporter_.reset();
  EXPECT_LT(absl::Now() - begun, absl::Seconds(5));
}

TEST_F(ExporterTest, TheEndDoesNotWaitOutAPause) {
  collector_.AnswerWith(503);
  options_.first_pause = options_.max_pause = absl::Hours(1);
  Start();
  Take(1);
  ASSERT_TRUE(collector_.AwaitPosts(1));
  const absl::Time begun = absl::Now();
  exporter_.reset();
  EXPECT_LT(absl::Now() - begun, absl::Seconds(5));
}

}  // namespace
}  // namespace muster::trace
