// musterctl groups: whom a campaign is for.
#ifndef MUSTER_DASHBOARD_API_CTL_GROUPS_H_
#define MUSTER_DASHBOARD_API_CTL_GROUPS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

struct PutGroupOptions {
  std::string name;
  std::string description;
  std::string filter;
  std::vector<std::string> members;  // computer names or ids
  std::string import_file;  // a list, a CSV file or a ConfigMgr export; "-": standard input
  std::vector<std::string> groups, except;
  bool replace = false;
};
// Tells which names nobody has; INVALID_ARGUMENT where a file gives no names.
absl::Status PutGroup(Client& client, const PutGroupOptions& options, Console& console);
absl::Status ListGroups(Client& client, const NoOptions& options, Console& console);
absl::Status DeleteGroup(Client& client, const std::string& name, Console& console);
// Of the group `name`; of one that is not stored where `options` has filter, groups or except.
absl::Status PreviewGroup(Client& client, const PutGroupOptions& options, Console& console);

// The machines' names in a text: of a CSV file the column Name, ResourceName, Computer name or the
// like, where its first line has one, else the first column. Pure.
std::vector<std::string> ReadNames(absl::string_view text);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_GROUPS_H_
