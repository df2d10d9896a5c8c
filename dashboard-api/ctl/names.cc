#include "dashboard-api/ctl/names.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::ctl {
namespace {

using Names = absl::StatusOr<std::vector<std::string>>;

constexpr int32_t kMachines = 100;  // more than anybody chooses from

// All of a list that comes at once; `add` takes the names of its answer.
template <typename Stub, typename Request, typename Response, typename Add>
Names Ask(Client& client,
          grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
          const Request& request, const std::string& prefix, Add add) {
  Response response;
  if (auto listed = client.Call(method, request, &response); !listed.ok()) return listed;
  std::vector<std::string> names;
  add(response, names);
  return MatchNames(names, prefix);
}

// What a filter takes as it stands, without quotes.
bool IsPlain(const std::string& text) {
  return std::ranges::all_of(text, [](unsigned char c) {
    return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '.';
  });
}

}  // namespace

std::vector<std::string> MatchNames(const std::vector<std::string>& names,
                                    const std::string& prefix) {
  std::vector<std::string> matches;
  for (const std::string& name : names) {
    const size_t slash = name.find('/');
    if (absl::StartsWith(name, prefix)) {
      matches.push_back(name);
    } else if (slash != std::string::npos && absl::StartsWith(name.substr(slash + 1), prefix)) {
      matches.push_back(name.substr(slash + 1));
    }
  }
  return matches;
}

Names MachineNames(Client& client, const std::string& prefix) {
  if (!IsPlain(prefix)) return std::vector<std::string>();
  v1::ListMachinesRequest request;
  if (!prefix.empty()) request.set_filter(absl::StrCat("name = \"", prefix, "*\""));
  request.set_page_size(kMachines);
  return Ask(client, &v1::FleetService::Stub::ListMachines, request, prefix,
             [](const v1::ListMachinesResponse& response, auto& names) {
               for (const auto& one : response.machines()) names.push_back(one.attributes().name());
             });
}

Names CampaignNames(Client& client, const std::string& prefix) {
  return Ask(client, &v1::CampaignService::Stub::ListCampaigns, v1::ListCampaignsRequest(), prefix,
             [](const v1::ListCampaignsResponse& response, auto& names) {
               for (const auto& one : response.campaigns()) names.push_back(one.name());
             });
}

Names GroupNames(Client& client, const std::string& prefix) {
  return Ask(client, &v1::GroupService::Stub::ListGroups, v1::ListGroupsRequest(), prefix,
             [](const v1::ListGroupsResponse& response, auto& names) {
               for (const auto& one : response.groups()) names.push_back(one.name());
             });
}

Names RuleNames(Client& client, const std::string& prefix) {
  return Ask(client, &v1::FleetService::Stub::ListRules, v1::ListRulesRequest(), prefix,
             [](const v1::ListRulesResponse& response, auto& names) {
               for (const auto& one : response.rules()) names.push_back(one.id());
             });
}

Names PayloadNames(Client& client, const std::string& prefix) {
  return Ask(client, &v1::PayloadService::Stub::ListPayloads, v1::ListPayloadsRequest(), prefix,
             [](const v1::ListPayloadsResponse& response, auto& names) {
               for (const auto& one : response.payloads()) names.push_back(one.payload().kb());
             });
}

Names UserNames(Client& client, const std::string& prefix) {
  return Ask(client, &v1::UserService::Stub::ListUsers, v1::ListUsersRequest(), prefix,
             [](const v1::ListUsersResponse& response, auto& names) {
               for (const auto& one : response.users()) names.push_back(one.name());
             });
}

Names TokenNames(Client& client, const std::string& prefix) {
  return Ask(client, &v1::AccessService::Stub::ListApiTokens, v1::ListApiTokensRequest(), prefix,
             [](const v1::ListApiTokensResponse& response, auto& names) {
               for (const auto& one : response.api_tokens()) names.push_back(one.name());
             });
}

Names ChannelNames(Client& client, const std::string& prefix) {
  return Ask(client, &v1::NotificationService::Stub::ListNotificationChannels,
             v1::ListNotificationChannelsRequest(), prefix,
             [](const v1::ListNotificationChannelsResponse& response, auto& names) {
               for (const auto& one : response.channels()) names.push_back(one.name());
             });
}

}  // namespace muster::ctl
