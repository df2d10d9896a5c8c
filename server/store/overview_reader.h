// inventory::OverviewReader on PostgreSQL.
#ifndef MUSTER_SERVER_STORE_OVERVIEW_READER_H_
#define MUSTER_SERVER_STORE_OVERVIEW_READER_H_

#include <memory>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/inventory/overview_reader.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe.
class OverviewReader : public inventory::OverviewReader {
 public:
  // `database` must outlive the reader. Catalogs are read anew after `catalogs_age`.
  explicit OverviewReader(Database* database, absl::Duration catalogs_age = absl::Seconds(10))
      : database_(database), catalogs_age_(catalogs_age) {}

  absl::StatusOr<v1::ForecastVerdictsResponse> Forecast(const v1::ForecastVerdictsRequest& request,
                                                        absl::Time now) override;
  absl::StatusOr<v1::ListVerdictHistoryResponse> History(
      const v1::ListVerdictHistoryRequest& request, absl::Time now) override;
  absl::StatusOr<v1::SummarizeSilenceResponse> Silence(const v1::SummarizeSilenceRequest& request,
                                                       absl::Time now) override;
  absl::StatusOr<v1::ListAttentionResponse> Attention(absl::Time now) override;
  absl::StatusOr<std::shared_ptr<const inventory::CatalogHoldings>> Catalogs() override;

 private:
  absl::StatusOr<std::shared_ptr<const inventory::CatalogHoldings>> ReadCatalogs();

  Database* const database_;
  const absl::Duration catalogs_age_;
  absl::Mutex mutex_;  // held while catalogs are read: who asks meanwhile waits for the same
  std::shared_ptr<const inventory::CatalogHoldings> catalogs_ ABSL_GUARDED_BY(mutex_);
  absl::Time read_at_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_OVERVIEW_READER_H_
