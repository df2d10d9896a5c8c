// inventory::FleetReader on PostgreSQL.
#ifndef MUSTER_SERVER_STORE_FLEET_READER_H_
#define MUSTER_SERVER_STORE_FLEET_READER_H_

#include "server/inventory/fleet_reader.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe. Each answer is of one snapshot. The pages of one listing speak of the first page's
// instant.
class FleetReader : public inventory::FleetReader {
 public:
  // `database` must outlive the reader.
  explicit FleetReader(Database* database) : database_(database) {}

  absl::StatusOr<v1::ListMachinesResponse> ListMachines(const v1::ListMachinesRequest& request,
                                                        absl::Time now) override;
  absl::StatusOr<v1::Machine> GetMachine(const v1::GetMachineRequest& request,
                                         absl::Time now) override;
  absl::StatusOr<v1::ListIncidentsResponse> ListIncidents(const v1::ListIncidentsRequest& request,
                                                          absl::Time now) override;
  absl::StatusOr<v1::ListItemsResponse> ListItems(const v1::ListItemsRequest& request,
                                                  absl::Time now) override;
  absl::StatusOr<v1::CompareWitnessesResponse> CompareWitnesses(
      const v1::CompareWitnessesRequest& request, absl::Time now) override;
  absl::StatusOr<v1::ListMachineChangesResponse> ListMachineChanges(
      const v1::ListMachineChangesRequest& request) override;
  absl::StatusOr<v1::SummarizeVerdictsResponse> SummarizeVerdicts(
      const v1::SummarizeVerdictsRequest& request, absl::Time now) override;

 private:
  Database* const database_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_FLEET_READER_H_
