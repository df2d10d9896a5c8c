// What operators do with campaigns. Each change is one transaction under the campaign's lock; the
// machine of states is DRAFT -> AWAITING_APPROVAL -> RUNNING <-> PAUSED -> COMPLETED | CANCELLED.
#ifndef MUSTER_SERVER_CAMPAIGN_CAMPAIGNS_H_
#define MUSTER_SERVER_CAMPAIGN_CAMPAIGNS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/clock.h"
#include "muster/v1/campaign.pb.h"
#include "server/campaign/spec.h"
#include "server/campaign/store.h"

namespace muster::campaign {

// Thread-safe; blocks on the store, which must outlive it. Errors beside the store's:
// INVALID_ARGUMENT names a field, FAILED_PRECONDITION says which state the campaign is in,
// NOT_FOUND. `id` is without "campaigns/".
class Campaigns {
 public:
  // `rules`: the ids of the rules that a campaign may name.
  Campaigns(Store& store, std::vector<std::string> rules, Clock clock);

  absl::StatusOr<v1::Campaign> Create(v1::CampaignSpec spec, const std::string& by);
  absl::StatusOr<v1::Campaign> Extend(const std::string& id, const std::string& by);
  absl::StatusOr<v1::Campaign> Get(const std::string& id);
  // Without manifests, failures and wave counts.
  absl::StatusOr<std::vector<v1::Campaign>> List();
  absl::StatusOr<v1::PreviewCampaignResponse> Preview(const std::string& id);
  absl::StatusOr<v1::Campaign> Submit(const std::string& id);
  absl::StatusOr<v1::Campaign> Approve(const std::string& id, const v1::Signature& signature,
                                       const std::string& by);
  absl::StatusOr<v1::Campaign> Start(const std::string& id);
  absl::StatusOr<v1::Campaign> Pause(const std::string& id, const std::string& reason);
  absl::StatusOr<v1::Campaign> Resume(const std::string& id);
  absl::StatusOr<v1::Campaign> Cancel(const std::string& id);
  absl::StatusOr<v1::Campaign> RetryFailed(const std::string& id);

 private:
  absl::Status FillPayload(v1::Action& action);
  absl::StatusOr<Plan> PlanFor(const CampaignRow& row);
  // Runs `change` on the campaign and answers how it stands then.
  absl::StatusOr<v1::Campaign> Change(
      const std::string& id, const std::function<absl::Status(CampaignTransaction&)>& change);
  absl::StatusOr<v1::Campaign> Describe(const CampaignRow& row);
  // Waves, counts, and when it may end.
  absl::Status AddWaves(const CampaignRow& row, absl::Time now, v1::Campaign& campaign);

  Store& store_;
  const std::vector<std::string> rules_;
  const Clock clock_;
};

// Of "campaigns/{id}", lower-case hex.
std::string NewCampaignId();

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_CAMPAIGNS_H_
