#include "dashboard-api/ctl/campaign_orders.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/servicing/hresult/hresult.h"
#include "dashboard-api/ctl/campaign_text.h"
#include "dashboard-api/ctl/campaigns.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/paging.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {

absl::StatusOr<v1::ListOrdersResponse> FetchOrders(Client& client,
                                                   const CampaignOrdersOptions& options) {
  v1::ListOrdersRequest request;
  request.set_parent(ResourceName("campaigns", options.name));
  request.set_wave(options.wave);
  for (const std::string& text : options.states) {
    v1::OrderStatus::State state = v1::OrderStatus::STATE_UNSPECIFIED;
    v1::OrderStatus::State_Parse(absl::AsciiStrToUpper(text), &state);
    request.add_states(state);
  }
  v1::OrderStatus::Cause cause = v1::OrderStatus::CAUSE_UNSPECIFIED;
  v1::OrderStatus::Cause_Parse(absl::AsciiStrToUpper(options.cause), &cause);
  request.set_cause(cause);
  if (options.code == kNoCode) {
    request.set_without_code(true);
  } else if (!options.code.empty()) {
    auto code = servicing::ParseHresult(options.code);
    if (!code.ok()) return code.status();
    request.set_code(*code);
  }
  return FetchPages(client, &v1::CampaignService::Stub::ListOrders, request, options.limit,
                    [](const v1::ListOrdersResponse& all) { return int64_t{all.orders_size()}; });
}

Table CampaignOrdersTable(const v1::ListOrdersResponse& orders) {
  Table table({"MACHINE", "NAME", "SITE", "WAVE", "ATTEMPT", "STATE", "CAUSE", "CODE", "DETAIL",
               "OFFERED", "UPDATED", "RELAPSED", "VERDICT"});
  for (const v1::OrderView& order : orders.orders()) {
    const v1::OrderStatus& status = order.status();
    const bool has_cause = status.cause() != v1::OrderStatus::CAUSE_UNSPECIFIED;
    table.Add({{order.machine(), Colour::kNone, ShortName(order.machine())},
               {order.machine_name()},
               {order.site()},
               {absl::StrCat(order.wave())},
               {absl::StrCat(order.attempt())},
               {v1::OrderStatus::State_Name(status.state())},
               {has_cause ? v1::OrderStatus::Cause_Name(status.cause()) : "-"},
               {status.has_code() ? absl::StrCat(status.code()) : "-", Colour::kNone,
                status.has_code() ? HresultText(status.code()) : "-"},
               {status.detail()},
               {InstantText(order.offer_time())},
               {InstantText(order.update_time())},
               {InstantText(order.relapse_time())},
               StateCell(order.verdict())});
  }
  return table;
}

absl::Status ListCampaignOrders(Client& client, const CampaignOrdersOptions& options,
                                Console& console) {
  auto orders = FetchOrders(client, options);
  if (!orders.ok()) return orders.status();
  return Write(*orders, CampaignOrdersTable(*orders), console,
               absl::StrCat(orders->orders_size(), " orders\n"));
}

absl::Status ReportCampaign(Client& client, const std::string& name, Console& console) {
  if (console.output == "csv") return ListCampaignOrders(client, {.name = name}, console);
  auto campaign = GetCampaign(client, name);
  if (!campaign.ok()) return campaign.status();
  return Write({.text = [&] { return CampaignMarkdown(*campaign); },
                .csv = nullptr,  // written above
                .json = [&] { return Json(*campaign, /*pretty=*/true); }},
               console);
}

}  // namespace muster::ctl
