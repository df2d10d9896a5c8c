// What is told of a campaign to whoever asked to be told.
#ifndef MUSTER_SERVER_CAMPAIGN_ANNOUNCEMENT_H_
#define MUSTER_SERVER_CAMPAIGN_ANNOUNCEMENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "server/campaign/store.h"

namespace muster::campaign {

// Queues it in the transaction that made it true: event "campaign.paused", "campaign.wave_done",
// "campaign.completed" or "campaign.cancelled".
absl::Status Announce(CampaignTransaction& transaction, const std::string& event,
                      const std::string& detail, absl::Time now);

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_ANNOUNCEMENT_H_
