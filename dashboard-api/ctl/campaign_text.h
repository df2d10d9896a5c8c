// A campaign in words, bars and tables. Pure functions.
#ifndef MUSTER_DASHBOARD_API_CTL_CAMPAIGN_TEXT_H_
#define MUSTER_DASHBOARD_API_CTL_CAMPAIGN_TEXT_H_

#include <string>

#include "dashboard-api/ctl/table.h"
#include "muster/v1/campaign.pb.h"

namespace muster::ctl {

// A row a campaign.
Table CampaignsTable(const v1::ListCampaignsResponse& campaigns);
Table CampaignTable(const v1::Campaign& campaign);

// State, the waves at work and counts, in one line: for a log.
std::string CampaignLine(const v1::Campaign& campaign);

// State, a bar a wave, failures in words. `width`: columns of a bar.
std::string CampaignText(const v1::Campaign& campaign, int width, bool colours);

// For a change-management record.
std::string CampaignMarkdown(const v1::Campaign& campaign);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CAMPAIGN_TEXT_H_
