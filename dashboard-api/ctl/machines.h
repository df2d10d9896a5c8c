// musterctl machines list: every machine that matches, in each shape.
#ifndef MUSTER_DASHBOARD_API_CTL_MACHINES_H_
#define MUSTER_DASHBOARD_API_CTL_MACHINES_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/table.h"

namespace muster::ctl {

struct ListMachinesOptions {
  std::string filter;
  std::string order_by;
  std::string rule;
  std::optional<absl::Time> as_of;  // now where unset
  int32_t page_size = 1000;
  std::optional<int64_t> limit;  // all where unset
};

// Asks page by page. Nothing is written where a page fails: half an answer would pass for a whole
// one.
absl::Status ListMachines(Client& client, const ListMachinesOptions& options, Console& console);

// The pieces of it, for `machines` and the total that the server counted. A machine that was not
// judged yet is UNKNOWN, as filters and summaries have it.
Table MachinesTable(const v1::ListMachinesResponse& machines, const std::string& rule);
// {"machines":[…],"totalSize":N}: protobuf's JSON form of the response, with N as a number.
std::string MachinesJson(const v1::ListMachinesResponse& machines);
std::string MachinesCsv(const v1::ListMachinesResponse& machines, const std::string& rule);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_MACHINES_H_
