// musterctl machines items, witnesses, incidents, changes and orders: more of one machine.
#ifndef MUSTER_DASHBOARD_API_CTL_MACHINE_VIEWS_H_
#define MUSTER_DASHBOARD_API_CTL_MACHINE_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/table.h"

namespace muster::ctl {

struct MachineViewOptions {
  std::string name;                 // computer name or id
  std::string kind;                 // of items: "updates", "packages", "catalogs", "facts"
  std::optional<absl::Time> as_of;  // now where unset
  bool disagreements_only = false;
  std::optional<int64_t> limit;  // all where unset
};

absl::Status ListItems(Client& client, const MachineViewOptions& options, Console& console);
absl::Status CompareWitnesses(Client& client, const MachineViewOptions& options, Console& console);
// In an order that does not change while records come in.
absl::Status ListIncidents(Client& client, const MachineViewOptions& options, Console& console);
absl::Status ListMachineChanges(Client& client, const MachineViewOptions& options,
                                Console& console);
absl::Status ListMachineOrders(Client& client, const MachineViewOptions& options, Console& console);

// The pieces of it.
Table ItemsTable(const v1::ListItemsResponse& items, v1::SetKind kind);
Table WitnessesTable(const v1::CompareWitnessesResponse& witnesses);
Table IncidentsTable(const google::protobuf::RepeatedPtrField<v1::Incident>& incidents);
Table ChangesTable(const v1::ListMachineChangesResponse& changes);
Table OrdersTable(const v1::ListMachineOrdersResponse& orders);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_MACHINE_VIEWS_H_
