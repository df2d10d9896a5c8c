#include "tests/bench/campaign/watchers.h"

#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "tests/bench/support/processes.h"

namespace muster::bench {

class Watchers::One : public grpc::ClientReadReactor<v1::Campaign> {
 public:
  One(const ServerProcess& server, const std::string& campaign)
      : stub_(v1::CampaignService::NewStub(server.Operators())), context_(server.Admin()) {
    request_.set_name(campaign);
    stub_->async()->WatchCampaign(context_.get(), &request_, this);
    StartRead(&incoming_);
    StartCall();
  }
  ~One() override {
    context_->TryCancel();
    AwaitEnd();
  }

  void AwaitFirst() {
    absl::MutexLock lock(&mutex_);
    const auto heard = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return !sights_.empty() || end_;
    };
    mutex_.Await(absl::Condition(&heard));
    if (sights_.empty()) Require(*end_);
  }
  grpc::Status AwaitEnd() {
    absl::MutexLock lock(&mutex_);
    const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return end_.has_value(); };
    mutex_.Await(absl::Condition(&ended));
    return *end_;
  }
  std::vector<Sight> sights() {
    absl::MutexLock lock(&mutex_);
    return sights_;
  }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    {
      absl::MutexLock lock(&mutex_);
      sights_.push_back({absl::Now(), incoming_.counts().succeeded()});
    }
    StartRead(&incoming_);
  }
  void OnDone(const grpc::Status& status) override {
    absl::MutexLock lock(&mutex_);
    end_ = status;
  }

  const std::unique_ptr<v1::CampaignService::Stub> stub_;
  const std::unique_ptr<grpc::ClientContext> context_;
  v1::WatchCampaignRequest request_;
  v1::Campaign incoming_;
  absl::Mutex mutex_;
  std::vector<Sight> sights_ ABSL_GUARDED_BY(mutex_);
  std::optional<grpc::Status> end_ ABSL_GUARDED_BY(mutex_);
};

Watchers::Watchers(const ServerProcess& server, const std::string& campaign, int count) {
  for (int i = 0; i < count; ++i) watchers_.push_back(std::make_unique<One>(server, campaign));
  for (auto& watcher : watchers_) watcher->AwaitFirst();
}

Watchers::~Watchers() = default;

std::vector<std::vector<Sight>> Watchers::AwaitEnd() {
  std::vector<std::vector<Sight>> all;
  for (auto& watcher : watchers_) {
    Require(watcher->AwaitEnd());
    all.push_back(watcher->sights());
  }
  return all;
}

std::vector<double> Lags(const std::vector<absl::Time>& ends, const std::vector<Sight>& sights) {
  std::vector<double> lags;
  auto sight = sights.begin();
  for (size_t i = 0; i < ends.size(); ++i) {
    while (sight != sights.end() && sight->succeeded <= static_cast<int64_t>(i)) ++sight;
    if (sight == sights.end()) Require(absl::InternalError("a watcher did not see the end"));
    lags.push_back(absl::ToDoubleSeconds(sight->at - ends[i]));
  }
  return lags;
}

}  // namespace muster::bench
