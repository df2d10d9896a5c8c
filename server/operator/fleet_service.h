// FleetService: what is known of the machines.
#ifndef MUSTER_SERVER_OPERATOR_FLEET_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_FLEET_SERVICE_H_

#include <memory>
#include <string>

#include "common/clock.h"
#include "common/verdict/verdict.h"
#include "muster/v1/operator.grpc.pb.h"
#include "server/inventory/fleet_reader.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe; checks requests and asks `fleet`, which must outlive it.
class FleetService : public v1::FleetService::Service {
 public:
  FleetService(inventory::FleetReader& fleet, std::shared_ptr<const verdict::RuleBook> rules,
               Guard guard, Clock clock);

  grpc::Status ListMachines(grpc::ServerContext* context, const v1::ListMachinesRequest* request,
                            v1::ListMachinesResponse* response) override;
  grpc::Status GetMachine(grpc::ServerContext* context, const v1::GetMachineRequest* request,
                          v1::Machine* response) override;
  grpc::Status ListIncidents(grpc::ServerContext* context, const v1::ListIncidentsRequest* request,
                             v1::ListIncidentsResponse* response) override;
  grpc::Status ListItems(grpc::ServerContext* context, const v1::ListItemsRequest* request,
                         v1::ListItemsResponse* response) override;
  grpc::Status CompareWitnesses(grpc::ServerContext* context,
                                const v1::CompareWitnessesRequest* request,
                                v1::CompareWitnessesResponse* response) override;
  grpc::Status ListMachineChanges(grpc::ServerContext* context,
                                  const v1::ListMachineChangesRequest* request,
                                  v1::ListMachineChangesResponse* response) override;
  grpc::Status SummarizeVerdicts(grpc::ServerContext* context,
                                 const v1::SummarizeVerdictsRequest* request,
                                 v1::SummarizeVerdictsResponse* response) override;
  grpc::Status ListRules(grpc::ServerContext* context, const v1::ListRulesRequest* request,
                         v1::ListRulesResponse* response) override;

 private:
  // INVALID_ARGUMENT, in the name of the request's field, where no rule has this id.
  absl::Status CheckRule(absl::string_view field, absl::string_view id) const;
  // The rules that a filter names; whether it is a filter at all is its reader's business.
  absl::Status CheckFilterRules(const std::string& filter) const;

  inventory::FleetReader& fleet_;
  const std::shared_ptr<const verdict::RuleBook> rules_;
  Guard guard_;
  const Clock clock_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_FLEET_SERVICE_H_
