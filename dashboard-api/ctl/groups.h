// musterctl groups and payloads: what a campaign is for, and what it carries.
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
absl::Status ListGroups(Client& client, const std::string& format, Console& console);
absl::Status DeleteGroup(Client& client, const std::string& name, Console& console);
absl::Status PreviewGroup(Client& client, const std::string& name, Console& console);

// The machines' names in a text: of a CSV file the column Name, ResourceName, Computer name or the
// like, where its first line has one, else the first column. Pure.
std::vector<std::string> ReadNames(absl::string_view text);

absl::Status UploadPayload(Client& client, const std::string& file, Console& console);
absl::Status ListPayloads(Client& client, const std::string& format, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_GROUPS_H_
