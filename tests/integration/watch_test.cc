// Many watchers of one campaign over gRPC.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <vector>

#include "absl/time/clock.h"
#include "tests/integration/campaign_fixture.h"

namespace muster::integration {
namespace {

constexpr int kWatchers = 200;  // far more than the operator API has threads
constexpr absl::Duration kPatience = absl::Seconds(60);

// One watch that keeps no thread. Cancelled and waited for where it is destroyed.
class Watcher : public grpc::ClientReadReactor<v1::Campaign> {
 public:
  enum class Pace { kReads, kTakesNothing };
  Watcher(v1::CampaignService::Stub& stub, const std::string& name,
          std::unique_ptr<grpc::ClientContext> context, Pace pace)
      : context_(std::move(context)) {
    request_.set_name(name);
    stub.async()->WatchCampaign(context_.get(), &request_, this);
    if (pace == Pace::kReads) StartRead(&incoming_);
    StartCall();
  }
  ~Watcher() override {
    Leave();
    absl::MutexLock lock(&mutex_);
    const auto ended = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return end_.has_value(); };
    mutex_.Await(absl::Condition(&ended));
  }

  void Leave() { context_->TryCancel(); }
  bool AwaitFirst() {
    absl::MutexLock lock(&mutex_);
    const auto heard = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return times_ > 0; };
    return mutex_.AwaitWithTimeout(absl::Condition(&heard), kPatience);
  }
  std::optional<grpc::Status> End() {
    absl::MutexLock lock(&mutex_);
    const auto ended = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return end_.has_value(); };
    mutex_.AwaitWithTimeout(absl::Condition(&ended), kPatience);
    return end_;
  }
  v1::Campaign last() {
    absl::MutexLock lock(&mutex_);
    return last_;
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    {
      absl::MutexLock lock(&mutex_);
      ++times_;
      last_ = incoming_;
    }
    StartRead(&incoming_);
  }
  void OnDone(const grpc::Status& status) override {
    absl::MutexLock lock(&mutex_);
    end_ = status;
  }

  v1::WatchCampaignRequest request_;
  const std::unique_ptr<grpc::ClientContext> context_;
  v1::Campaign incoming_;
  absl::Mutex mutex_;
  int times_ ABSL_GUARDED_BY(mutex_) = 0;
  v1::Campaign last_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
};

class WatchTest : public CampaignTest {
 protected:
  // Of a campaign that rescans; so large that what is said once fills a stream's window.
  v1::CampaignSpec LargeSpec() {
    v1::CampaignSpec spec = Spec();
    spec.clear_rule();
    spec.clear_waves();
    spec.mutable_action()->mutable_rescan();
    for (int i = 0; i < 40; ++i) {
      v1::WavePolicy& filler = AddWave(spec);
      *filler.mutable_soak() = ToProto(absl::ZeroDuration());
      filler.set_percent(1);
      filler.set_filter("site = \"" + std::string(3'900, 'x') + "\"");
    }
    AddWave(spec).set_rest(true);
    return spec;
  }
  // `machines` that are connected, and a campaign for them that has its approval.
  void Ready(int machines, const v1::CampaignSpec& spec) {
    PublishFirstKeys({&key_});
    fleet_ = PlayFleet(machines);
    grpc::Status status = Create(spec);
    ASSERT_TRUE(status.ok()) << status.error_message();
    status = Call(&v1::CampaignService::Stub::SubmitCampaign, v1::SubmitCampaignRequest());
    ASSERT_TRUE(status.ok()) << status.error_message();
    ASSERT_TRUE(Approve(key_).ok());
  }
  void StartIt() {
    const grpc::Status status =
        Call(&v1::CampaignService::Stub::StartCampaign, v1::StartCampaignRequest());
    ASSERT_TRUE(status.ok()) << status.error_message();
  }
  std::unique_ptr<Watcher> Watch(Watcher::Pace pace = Watcher::Pace::kReads) {
    auto context = AdminContext();
    context->set_deadline(absl::ToChronoTime(absl::Now() + kPatience));
    if (!stub_) stub_ = Stub<v1::CampaignService>();
    return std::make_unique<Watcher>(*stub_, name_, std::move(context), pace);
  }

  std::unique_ptr<load::Fleet> fleet_;
  std::unique_ptr<v1::CampaignService::Stub> stub_;
};

TEST_F(WatchTest, TwoHundredSeeTheEndThoughOneTakesNothingAndOneLeaves) {
  Ready(6, LargeSpec());
  auto slow = Watch(Watcher::Pace::kTakesNothing), gone = Watch();
  ASSERT_TRUE(gone->AwaitFirst());
  gone->Leave();
  std::vector<std::unique_ptr<Watcher>> watchers;
  for (int i = 0; i < kWatchers; ++i) watchers.push_back(Watch());
  for (auto& watcher : watchers) ASSERT_TRUE(watcher->AwaitFirst());
  // All of them watch, and other calls are answered still.
  StartIt();
  for (auto& watcher : watchers) {
    const auto end = watcher->End();
    ASSERT_TRUE(end.has_value());
    ASSERT_TRUE(end->ok()) << end->error_message();
    EXPECT_EQ(watcher->last().state(), v1::Campaign::COMPLETED);
    EXPECT_EQ(watcher->last().counts().succeeded(), 6);
  }
}

TEST_F(WatchTest, AServerThatStopsEndsItsWatchesAtOnce) {
  Ready(3, LargeSpec());
  auto watcher = Watch();
  ASSERT_TRUE(watcher->AwaitFirst());
  const absl::Time before = absl::Now();
  StopServer();
  EXPECT_LT(absl::Now() - before, absl::Seconds(4));  // calls under way have 5 s to end
  const auto end = watcher->End();
  ASSERT_TRUE(end.has_value());
  EXPECT_EQ(end->error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(end->error_message(), ::testing::HasSubstr("being stopped"));
}

TEST_F(WatchTest, WhoMayNotWatchIsTold) {
  name_ = "campaigns/none";
  EXPECT_EQ(Watch()->End()->error_code(), grpc::StatusCode::NOT_FOUND);
  name_ = "nonsense";
  EXPECT_EQ(Watch()->End()->error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  Watcher stranger(*stub_, "campaigns/none", std::make_unique<grpc::ClientContext>(),
                   Watcher::Pace::kReads);
  EXPECT_EQ(stranger.End()->error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

}  // namespace
}  // namespace muster::integration
