// musterctl campaigns: from a draft to a fleet that is fixed (campaign_create.h,
// campaign_approve.h, campaign_orders.h have more of it).
#ifndef MUSTER_DASHBOARD_API_CTL_CAMPAIGNS_H_
#define MUSTER_DASHBOARD_API_CTL_CAMPAIGNS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

// submit, start, pause, resume, cancel, retry, extend.
struct CampaignCommand {
  std::string verb;
  std::string name;
  std::string reason;
};
absl::Status ChangeCampaign(Client& client, const CampaignCommand& command, Console& console);

absl::Status ListCampaigns(Client& client, const NoOptions& options, Console& console);
// The campaign, or what the server says of it.
absl::StatusOr<v1::Campaign> GetCampaign(Client& client, const std::string& name);
absl::Status ShowCampaign(Client& client, const std::string& name, Console& console);
absl::Status PreviewCampaign(Client& client, const std::string& name, Console& console);

struct WatchOptions {
  std::string name;
  bool until_paused = false;  // end when it pauses, too
};
// Until it ends; AnswerIsNo where it ended otherwise than COMPLETED. As JSON a line a change, as
// YAML a document; has no CSV.
absl::Status WatchCampaign(Client& client, const WatchOptions& options, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CAMPAIGNS_H_
