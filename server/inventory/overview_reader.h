// Questions about the fleet as a whole, and about the catalogs that it holds. server/store
// implements it.
#ifndef MUSTER_SERVER_INVENTORY_OVERVIEW_READER_H_
#define MUSTER_SERVER_INVENTORY_OVERVIEW_READER_H_

#include <memory>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "muster/v1/overview.pb.h"
#include "server/inventory/catalog_view.h"

namespace muster::inventory {

// Thread-safe. Errors as FleetReader's.
class OverviewReader {
 public:
  virtual ~OverviewReader() = default;

  virtual absl::StatusOr<v1::ForecastVerdictsResponse> Forecast(
      const v1::ForecastVerdictsRequest& request, absl::Time now) = 0;
  virtual absl::StatusOr<v1::ListVerdictHistoryResponse> History(
      const v1::ListVerdictHistoryRequest& request, absl::Time now) = 0;
  virtual absl::StatusOr<v1::SummarizeSilenceResponse> Silence(
      const v1::SummarizeSilenceRequest& request, absl::Time now) = 0;
  // Of machines, campaigns, payloads, notifications and servers; most pressing first.
  virtual absl::StatusOr<v1::ListAttentionResponse> Attention(absl::Time now) = 0;
  // May be some seconds old.
  virtual absl::StatusOr<std::shared_ptr<const CatalogHoldings>> Catalogs() = 0;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_OVERVIEW_READER_H_
