// Names that the server knows, for a shell that completes them.
#ifndef MUSTER_DASHBOARD_API_CTL_NAMES_H_
#define MUSTER_DASHBOARD_API_CTL_NAMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "dashboard-api/ctl/client.h"

namespace muster::ctl {

// Names that begin with `prefix`, in the server's order; errors are the call's. Those of a
// collection are offered as lists show them ("campaigns/c1"), or without its name where `prefix`
// leaves it out.
using NameSource = absl::StatusOr<std::vector<std::string>> (*)(Client& client,
                                                                const std::string& prefix);

absl::StatusOr<std::vector<std::string>> MachineNames(Client& client, const std::string& prefix);
absl::StatusOr<std::vector<std::string>> CampaignNames(Client& client, const std::string& prefix);
absl::StatusOr<std::vector<std::string>> GroupNames(Client& client, const std::string& prefix);
absl::StatusOr<std::vector<std::string>> RuleNames(Client& client, const std::string& prefix);
absl::StatusOr<std::vector<std::string>> PayloadNames(Client& client, const std::string& prefix);
absl::StatusOr<std::vector<std::string>> UserNames(Client& client, const std::string& prefix);
absl::StatusOr<std::vector<std::string>> TokenNames(Client& client, const std::string& prefix);
absl::StatusOr<std::vector<std::string>> ChannelNames(Client& client, const std::string& prefix);

// Those of `names` that a person who wrote `prefix` may mean, as NameSource has it. Pure.
std::vector<std::string> MatchNames(const std::vector<std::string>& names,
                                    const std::string& prefix);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_NAMES_H_
