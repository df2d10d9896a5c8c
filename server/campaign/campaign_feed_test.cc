#include "server/campaign/campaign_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/time/clock.h"

namespace muster::campaign {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(20);

// Remembers what it heard.
class Listener : public CampaignWatcher {
 public:
  void OnCampaign(std::shared_ptr<const v1::Campaign> campaign) override {
    absl::MutexLock lock(&mutex_);
    heard_.push_back(std::move(campaign));
  }
  void OnEnd(const absl::Status& status) override {
    absl::MutexLock lock(&mutex_);
    ends_.push_back(status);
  }
  // Waits until it has heard so often, and answers the last.
  std::shared_ptr<const v1::Campaign> Heard(size_t times) {
    absl::MutexLock lock(&mutex_);
    auto reached = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return heard_.size() >= times; };
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&reached), kPatience));
    return heard_.empty() ? std::make_shared<v1::Campaign>() : heard_.back();
  }
  absl::Status End() {
    absl::MutexLock lock(&mutex_);
    auto ended = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !ends_.empty(); };
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&ended), kPatience));
    EXPECT_EQ(ends_.size(), 1u);
    return ends_.empty() ? absl::UnknownError("it goes on") : ends_.back();
  }
  size_t times() {
    absl::MutexLock lock(&mutex_);
    return heard_.size();
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::shared_ptr<const v1::Campaign>> heard_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Status> ends_ ABSL_GUARDED_BY(mutex_);
};

class CampaignFeedTest : public testing::Test {
 protected:
  absl::StatusOr<v1::Campaign> Read(const std::string& id) {
    ++reads_;
    absl::MutexLock lock(&mutex_);
    if (!error_.ok()) return error_;
    v1::Campaign campaign = campaign_;
    campaign.set_name("campaigns/" + id);
    // Every reading estimates anew.
    campaign.mutable_estimated_end_time()->set_seconds(reads_);
    return campaign;
  }
  void Set(v1::Campaign::State state, int64_t succeeded) {
    absl::MutexLock lock(&mutex_);
    campaign_.set_state(state);
    campaign_.mutable_counts()->set_succeeded(succeeded);
  }
  void Fail(const absl::Status& error) {
    absl::MutexLock lock(&mutex_);
    error_ = error;
  }
  std::shared_ptr<Listener> Watch() {
    auto listener = std::make_shared<Listener>();
    feed_.Watch("c", listener);
    return listener;
  }
  void AwaitReads(int more) {
    const int until = reads_ + more;
    const absl::Time deadline = absl::Now() + kPatience;
    while (reads_ < until && absl::Now() < deadline) absl::SleepFor(absl::Milliseconds(1));
    ASSERT_GE(reads_, until);
  }

  std::atomic<int> reads_ = 0;
  absl::Mutex mutex_;
  v1::Campaign campaign_ ABSL_GUARDED_BY(mutex_);
  absl::Status error_ ABSL_GUARDED_BY(mutex_);
  CampaignFeed feed_{[this](const std::string& id) { return Read(id); },
                     {.interval = absl::Milliseconds(1), .max_watchers = 300}};
};

TEST_F(CampaignFeedTest, WhoWatchesHearsChangesAloneAndTheEnd) {
  Set(v1::Campaign::RUNNING, 1);
  auto listener = Watch();
  EXPECT_EQ(listener->Heard(1)->counts().succeeded(), 1);
  AwaitReads(5);
  EXPECT_EQ(listener->times(), 1u);
  Set(v1::Campaign::RUNNING, 2);
  EXPECT_EQ(listener->Heard(2)->counts().succeeded(), 2);
  Set(v1::Campaign::COMPLETED, 3);
  EXPECT_EQ(listener->End(), absl::OkStatus());
  EXPECT_EQ(listener->Heard(3)->counts().succeeded(), 3);
}

TEST_F(CampaignFeedTest, OneReadingServesAll) {
  Set(v1::Campaign::RUNNING, 1);
  std::vector<std::shared_ptr<Listener>> listeners;
  for (int i = 0; i < 200; ++i) listeners.push_back(Watch());
  for (auto& listener : listeners) listener->Heard(1);
  Set(v1::Campaign::RUNNING, 2);
  const auto first = listeners[0]->Heard(2);
  for (auto& listener : listeners) EXPECT_EQ(listener->Heard(2), first);
}

TEST_F(CampaignFeedTest, WhoComesLaterHearsAtOnceWhatOthersKnow) {
  Set(v1::Campaign::RUNNING, 7);
  auto first = Watch();
  first->Heard(1);
  auto second = Watch();
  EXPECT_EQ(second->Heard(1)->counts().succeeded(), 7);
  EXPECT_EQ(first->times(), 1u);
}

TEST_F(CampaignFeedTest, NothingIsReadWhenNobodyWatches) {
  Set(v1::Campaign::RUNNING, 1);
  auto listener = Watch();
  listener->Heard(1);
  listener.reset();
  auto other = std::make_shared<Listener>();
  feed_.Watch("other", other);
  other->Heard(1);
  other.reset();
  // What was begun may end; after that it is quiet.
  int before = 0;
  const absl::Time deadline = absl::Now() + kPatience;
  do {
    before = reads_;
    absl::SleepFor(absl::Milliseconds(30));
  } while (reads_ != before && absl::Now() < deadline);
  EXPECT_EQ(reads_, before);
}

TEST_F(CampaignFeedTest, WhatCannotBeReadEndsTheWatch) {
  Fail(absl::NotFoundError("there is no campaign c"));
  EXPECT_EQ(Watch()->End(), absl::NotFoundError("there is no campaign c"));
}

TEST_F(CampaignFeedTest, StoppingEndsAllAndWhoComesAfter) {
  Set(v1::Campaign::RUNNING, 1);
  auto before = Watch();
  before->Heard(1);
  feed_.Stop();
  EXPECT_TRUE(absl::IsUnavailable(before->End()));
  EXPECT_TRUE(absl::IsUnavailable(Watch()->End()));
}

TEST_F(CampaignFeedTest, WatchersAreBounded) {
  Set(v1::Campaign::RUNNING, 1);
  std::vector<std::shared_ptr<Listener>> listeners;
  for (int i = 0; i < 300; ++i) listeners.push_back(Watch());
  for (auto& listener : listeners) listener->Heard(1);
  AwaitReads(2);
  EXPECT_TRUE(absl::IsResourceExhausted(Watch()->End()));
}

}  // namespace
}  // namespace muster::campaign
