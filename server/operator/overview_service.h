// OverviewService, CatalogService and HealthService: the fleet as a whole, and Muster itself.
#ifndef MUSTER_SERVER_OPERATOR_OVERVIEW_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_OVERVIEW_SERVICE_H_

#include <utility>

#include "common/clock.h"
#include "muster/v1/overview.grpc.pb.h"
#include "server/health/pulse.h"
#include "server/inventory/overview_reader.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe, as the others; what they are given must outlive them. `pulse` may be null: a server
// that does not know how it is, for tests.
class OverviewService : public v1::OverviewService::Service {
 public:
  OverviewService(inventory::OverviewReader& reader, const health::Pulse* pulse, Guard guard,
                  Clock clock)
      : reader_(reader), pulse_(pulse), guard_(guard), clock_(std::move(clock)) {}

  grpc::Status ForecastVerdicts(grpc::ServerContext* context,
                                const v1::ForecastVerdictsRequest* request,
                                v1::ForecastVerdictsResponse* response) override;
  grpc::Status ListVerdictHistory(grpc::ServerContext* context,
                                  const v1::ListVerdictHistoryRequest* request,
                                  v1::ListVerdictHistoryResponse* response) override;
  grpc::Status SummarizeSilence(grpc::ServerContext* context,
                                const v1::SummarizeSilenceRequest* request,
                                v1::SummarizeSilenceResponse* response) override;
  grpc::Status ListAttention(grpc::ServerContext* context, const v1::ListAttentionRequest* request,
                             v1::ListAttentionResponse* response) override;

 private:
  inventory::OverviewReader& reader_;
  const health::Pulse* const pulse_;
  Guard guard_;
  const Clock clock_;
};

class CatalogService : public v1::CatalogService::Service {
 public:
  CatalogService(inventory::OverviewReader& reader, Guard guard) : reader_(reader), guard_(guard) {}

  grpc::Status ListCatalogs(grpc::ServerContext* context, const v1::ListCatalogsRequest* request,
                            v1::ListCatalogsResponse* response) override;
  grpc::Status GetCatalog(grpc::ServerContext* context, const v1::GetCatalogRequest* request,
                          v1::CatalogHolding* response) override;
  grpc::Status ListSigners(grpc::ServerContext* context, const v1::ListSignersRequest* request,
                           v1::ListSignersResponse* response) override;

 private:
  inventory::OverviewReader& reader_;
  Guard guard_;
};

class HealthService : public v1::HealthService::Service {
 public:
  HealthService(health::Pulse* pulse, Guard guard) : pulse_(pulse), guard_(guard) {}

  grpc::Status GetHealth(grpc::ServerContext* context, const v1::GetHealthRequest* request,
                         v1::Health* response) override;

 private:
  health::Pulse* const pulse_;
  Guard guard_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_OVERVIEW_SERVICE_H_
