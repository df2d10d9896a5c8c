// musterctl machines show: one machine with everything that is known of it.
#ifndef MUSTER_DASHBOARD_API_CTL_MACHINE_H_
#define MUSTER_DASHBOARD_API_CTL_MACHINE_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

struct ShowMachineOptions {
  std::string name;  // a computer name, a machine id, or "machines/…" of either
  std::optional<absl::Time> as_of;
};

absl::Status ShowMachine(Client& client, const ShowMachineOptions& options, Console& console);

// Identity, the three witnesses side by side, each rule's verdict with its evidence, sets, and
// recent incident records.
std::string MachineText(const v1::Machine& machine, bool colours);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_MACHINE_H_
