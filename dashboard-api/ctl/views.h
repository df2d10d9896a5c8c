// musterctl forecast, history, silence, attention, catalogs, signers and health: the fleet as a
// whole, and Muster itself.
#ifndef MUSTER_DASHBOARD_API_CTL_VIEWS_H_
#define MUSTER_DASHBOARD_API_CTL_VIEWS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/table.h"

namespace muster::ctl {

struct ViewOptions {
  std::string rule;
  std::string filter;
  std::string order_by;
  std::string name;                      // of one catalog
  int32_t days = 0;                      // of a forecast; 0: as the server has it
  int32_t points = 0;                    // of a history; likewise
  std::optional<absl::Time> start, end;  // likewise
  std::optional<int64_t> limit;          // all where unset
};

absl::Status ShowForecast(Client& client, const ViewOptions& options, Console& console);
absl::Status ShowHistory(Client& client, const ViewOptions& options, Console& console);
absl::Status ShowSilence(Client& client, const ViewOptions& options, Console& console);
absl::Status ShowAttention(Client& client, const NoOptions& options, Console& console);
absl::Status ListCatalogs(Client& client, const ViewOptions& options, Console& console);
absl::Status ShowCatalog(Client& client, const ViewOptions& options, Console& console);
absl::Status ListSigners(Client& client, const ViewOptions& options, Console& console);
// AnswerIsNo, after the answer, where a check does not hold. Has no CSV.
absl::Status ShowHealth(Client& client, const NoOptions& options, Console& console);

// The pieces of it.
Table ForecastTable(const v1::ForecastVerdictsResponse& forecast);
Table HistoryTable(const v1::ListVerdictHistoryResponse& history);
Table SilenceTable(const v1::SummarizeSilenceResponse& silence);
Table AttentionTable(const v1::ListAttentionResponse& attention);
Table CatalogsTable(const v1::ListCatalogsResponse& catalogs);
Table SignersTable(const v1::ListSignersResponse& signers);
std::string HealthText(const v1::Health& health, bool colours);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_VIEWS_H_
