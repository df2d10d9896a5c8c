#include "server/campaign/campaign_feed.h"

#include "absl/time/clock.h"

namespace muster::campaign {
namespace {

bool HasEnded(const v1::Campaign& campaign) {
  return campaign.state() == v1::Campaign::COMPLETED || campaign.state() == v1::Campaign::CANCELLED;
}

// The estimate moves with the clock; that alone is no news.
std::string Fingerprint(v1::Campaign campaign) {
  campaign.clear_estimated_end_time();
  return campaign.SerializeAsString();
}

template <typename Tell>
void TellEach(const std::vector<std::weak_ptr<CampaignWatcher>>& watchers, Tell tell) {
  for (const auto& each : watchers) {
    if (auto watcher = each.lock()) tell(*watcher);
  }
}

absl::Status Stopped() {
  return absl::UnavailableError("the server is being stopped: watch again in a moment");
}

}  // namespace

CampaignFeed::CampaignFeed(Read read, CampaignFeedOptions options)
    : read_(std::move(read)), options_(options), thread_([this] { Loop(); }) {}

CampaignFeed::~CampaignFeed() { Stop(); }

void CampaignFeed::Watch(const std::string& id, std::weak_ptr<CampaignWatcher> watcher) {
  absl::Status refused;
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) {
      refused = Stopped();
    } else if (watching_ + arrivals_.size() >= options_.max_watchers) {
      refused = absl::ResourceExhaustedError("too many watch campaigns at once");
    } else {
      arrivals_.emplace_back(id, std::move(watcher));
      return;
    }
  }
  if (auto there = watcher.lock()) there->OnEnd(refused);
}

void CampaignFeed::Stop() {
  {
    absl::MutexLock lock(&mutex_);
    if (stopping_) return;
    stopping_ = true;
  }
  thread_.join();
  const auto end = [](CampaignWatcher& watcher) { watcher.OnEnd(Stopped()); };
  for (const auto& [id, topic] : std::exchange(topics_, {})) TellEach(topic.watchers, end);
  decltype(arrivals_) unheard;
  {
    absl::MutexLock lock(&mutex_);
    unheard.swap(arrivals_);
  }
  for (const auto& [id, watcher] : unheard) TellEach({watcher}, end);
}

void CampaignFeed::Loop() {
  absl::Time next_look = absl::Now();
  for (;;) {
    std::map<std::string, Watchers> looks;
    {
      absl::MutexLock lock(&mutex_);
      watching_ = 0;
      for (const auto& [id, topic] : topics_) watching_ += topic.watchers.size();
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !arrivals_.empty();
      };
      mutex_.AwaitWithDeadline(absl::Condition(&ready),
                               topics_.empty() ? absl::InfiniteFuture() : next_look);
      if (stopping_) return;
      for (auto& [id, watcher] : arrivals_) looks[id].push_back(std::move(watcher));
      arrivals_.clear();
    }
    // Who comes does not wait for the others' next reading, and does not put it off.
    if (absl::Now() >= next_look) {
      for (const auto& [id, topic] : topics_) looks[id];
      next_look = absl::Now() + options_.interval;
    }
    for (const auto& [id, newcomers] : looks) Look(id, newcomers);
  }
}

void CampaignFeed::Look(const std::string& id, const Watchers& newcomers) {
  Topic& topic = topics_[id];
  const size_t before =
      topic.watchers.size() - std::erase_if(topic.watchers, [](auto& w) { return w.expired(); });
  topic.watchers.insert(topic.watchers.end(), newcomers.begin(), newcomers.end());
  if (topic.watchers.empty()) {
    topics_.erase(id);
    return;
  }
  auto read = read_(id);
  if (!read.ok()) {
    TellEach(topic.watchers, [&](CampaignWatcher& watcher) { watcher.OnEnd(read.status()); });
    topics_.erase(id);
    return;
  }
  std::string now = Fingerprint(*read);
  const bool news = now != topic.said;
  topic.said = std::move(now);
  const bool ended = HasEnded(*read);
  const auto campaign = std::make_shared<const v1::Campaign>(*std::move(read));
  TellEach(news ? topic.watchers
                : Watchers(topic.watchers.begin() + static_cast<ptrdiff_t>(before),
                           topic.watchers.end()),
           [&](CampaignWatcher& watcher) { watcher.OnCampaign(campaign); });
  if (!ended) return;
  TellEach(topic.watchers, [](CampaignWatcher& watcher) { watcher.OnEnd(absl::OkStatus()); });
  topics_.erase(id);
}

}  // namespace muster::campaign
