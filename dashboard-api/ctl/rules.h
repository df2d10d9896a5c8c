// musterctl rules: what the server judges by.
#ifndef MUSTER_DASHBOARD_API_CTL_RULES_H_
#define MUSTER_DASHBOARD_API_CTL_RULES_H_

#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

absl::Status ListRules(Client& client, const NoOptions& options, Console& console);
// One of them; NOT_FOUND. To people as YAML, too: its conditions are a tree.
absl::Status ShowRule(Client& client, const std::string& id, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_RULES_H_
