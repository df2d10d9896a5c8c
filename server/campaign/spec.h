// Campaign specifications: what makes one whole, which machines become targets of which wave, and
// the manifest that is signed. Pure.
#ifndef MUSTER_SERVER_CAMPAIGN_SPEC_H_
#define MUSTER_SERVER_CAMPAIGN_SPEC_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "muster/v1/campaign.pb.h"
#include "server/campaign/store.h"

namespace muster::campaign {

// Fills in what was left out (docs/campaigns.md lists the defaults).
void FillDefaults(v1::CampaignSpec& spec);
// INVALID_ARGUMENT names the field that is outside of its range: nothing fails open.
absl::Status CheckSpec(const v1::CampaignSpec& spec);

// Who becomes a target, in which wave, and why others do not.
struct Plan {
  struct Target {
    MachineId machine;
    std::string name;
    int wave = 1;
  };
  std::vector<Target> targets;                            // ascending by id
  std::map<std::string, std::vector<std::string>> skips;  // reason: names
};
// Ids are digests, so their order is a fair sample of the fleet; the same candidates give the same
// plan. What no wave takes is skipped.
Plan MakePlan(const v1::CampaignSpec& spec, const std::vector<Candidate>& candidates);

// For these targets, from `now` on.
v1::OrderManifest MakeManifest(const CampaignRow& row, const Plan& plan, absl::Time now);

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_SPEC_H_
