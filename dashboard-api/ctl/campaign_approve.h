// musterctl campaigns approve: looks, and signs.
#ifndef MUSTER_DASHBOARD_API_CTL_CAMPAIGN_APPROVE_H_
#define MUSTER_DASHBOARD_API_CTL_CAMPAIGN_APPROVE_H_

#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/keys.h"

namespace muster::ctl {

struct ApproveOptions {
  std::string name;
  KeyFile key;
};
// Checks on this machine that the manifest is what the campaign says, over exactly the targets that
// it lists; then signs it. DATA_LOSS where they differ.
absl::Status ApproveCampaign(Client& client, const ApproveOptions& options, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CAMPAIGN_APPROVE_H_
