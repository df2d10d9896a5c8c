// musterctl campaigns orders and report: each machine of a campaign, and the record of it.
#ifndef MUSTER_DASHBOARD_API_CTL_CAMPAIGN_ORDERS_H_
#define MUSTER_DASHBOARD_API_CTL_CAMPAIGN_ORDERS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/table.h"

namespace muster::ctl {

// A --code that means orders without one.
inline constexpr char kNoCode[] = "none";

struct CampaignOrdersOptions {
  std::string name;                      // of the campaign
  std::vector<std::string> states = {};  // "FAILED", in any letter case; none: all
  uint32_t wave = 0;                     // from 1; 0: all
  std::string cause = {};                // "INSTALLER_FAILED", likewise; empty: all
  std::string code = {};                 // as ParseHresult reads it, or "none"; empty: all
  std::optional<int64_t> limit = {};     // all where unset
};
absl::Status ListCampaignOrders(Client& client, const CampaignOrdersOptions& options,
                                Console& console);

// All pages of them.
absl::StatusOr<v1::ListOrdersResponse> FetchOrders(Client& client,
                                                   const CampaignOrdersOptions& options);
Table CampaignOrdersTable(const v1::ListOrdersResponse& orders);

// The campaign as Markdown, or as JSON and YAML; as CSV its orders, a line each.
absl::Status ReportCampaign(Client& client, const std::string& name, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CAMPAIGN_ORDERS_H_
