// What watchers of campaigns are told: one reading of a campaign serves all who watch it.
#ifndef MUSTER_SERVER_CAMPAIGN_CAMPAIGN_FEED_H_
#define MUSTER_SERVER_CAMPAIGN_CAMPAIGN_FEED_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "muster/v1/campaign.pb.h"

namespace muster::campaign {

// The far end of one watch. Called from the feed's thread (or Stop's), never under a lock; must not
// block.
class CampaignWatcher {
 public:
  virtual ~CampaignWatcher() = default;
  // The campaign as it is now. A watcher that is slow may leave out all but the last.
  virtual void OnCampaign(std::shared_ptr<const v1::Campaign> campaign) = 0;
  // The last word: OK where the campaign has ended.
  virtual void OnEnd(const absl::Status& status) = 0;
};

struct CampaignFeedOptions {
  // Each campaign that is watched is read so often.
  absl::Duration interval = absl::Milliseconds(200);
  size_t max_watchers = 5'000;
};

// Thread-safe. Owns its thread, which alone reads: readings block, watchers do not wait for each
// other.
class CampaignFeed {
 public:
  using Read = std::function<absl::StatusOr<v1::Campaign>(const std::string& id)>;

  CampaignFeed(Read read, CampaignFeedOptions options);
  ~CampaignFeed();  // stops

  // The watcher hears of the campaign (id without "campaigns/") as a reading begun after this call
  // finds it, then whenever it has changed, until it ends; or why it cannot be read. A watcher that
  // is gone is forgotten.
  void Watch(const std::string& id, std::weak_ptr<CampaignWatcher> watcher);
  // Ends every watch with UNAVAILABLE, also those that come later.
  void Stop();

 private:
  using Watchers = std::vector<std::weak_ptr<CampaignWatcher>>;
  struct Topic {
    Watchers watchers;
    std::string said;  // what they heard last, serialized, without what moves with the clock
  };

  void Loop();
  void Look(const std::string& id, const Watchers& newcomers);

  const Read read_;
  const CampaignFeedOptions options_;
  std::map<std::string, Topic> topics_;  // of the loop's thread, and of Stop after it

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  size_t watching_ ABSL_GUARDED_BY(mutex_) = 0;  // in topics_, as of the last look
  std::vector<std::pair<std::string, std::weak_ptr<CampaignWatcher>>> arrivals_
      ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_CAMPAIGN_FEED_H_
