// Questions about the fleet, answered from committed rows. server/store implements it.
#ifndef MUSTER_SERVER_INVENTORY_FLEET_READER_H_
#define MUSTER_SERVER_INVENTORY_FLEET_READER_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "muster/v1/operator.pb.h"

namespace muster::inventory {

// Thread-safe. Verdicts are told as of `now`: AT_RISK whose breaks_at has come is AFFECTED.
// INVALID_ARGUMENT where a filter, an order, a page token or a group is not well formed: the
// message says what is, and where.
class FleetReader {
 public:
  virtual ~FleetReader() = default;

  virtual absl::StatusOr<v1::ListMachinesResponse> ListMachines(
      const v1::ListMachinesRequest& request, absl::Time now) = 0;
  // NOT_FOUND; FAILED_PRECONDITION where a computer name belongs to several machines (it lists
  // their ids).
  virtual absl::StatusOr<v1::Machine> GetMachine(const v1::GetMachineRequest& request,
                                                 absl::Time now) = 0;
  // Errors as GetMachine's.
  virtual absl::StatusOr<v1::ListIncidentsResponse> ListIncidents(
      const v1::ListIncidentsRequest& request, absl::Time now) = 0;
  // Errors of these as GetMachine's.
  virtual absl::StatusOr<v1::ListItemsResponse> ListItems(const v1::ListItemsRequest& request,
                                                          absl::Time now) = 0;
  virtual absl::StatusOr<v1::CompareWitnessesResponse> CompareWitnesses(
      const v1::CompareWitnessesRequest& request, absl::Time now) = 0;
  virtual absl::StatusOr<v1::ListMachineChangesResponse> ListMachineChanges(
      const v1::ListMachineChangesRequest& request) = 0;
  virtual absl::StatusOr<v1::SummarizeVerdictsResponse> SummarizeVerdicts(
      const v1::SummarizeVerdictsRequest& request, absl::Time now) = 0;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_FLEET_READER_H_
