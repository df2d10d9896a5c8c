// musterctl summary and audit: what the server says, in each shape.
#ifndef MUSTER_DASHBOARD_API_CTL_REPORTS_H_
#define MUSTER_DASHBOARD_API_CTL_REPORTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/table.h"

namespace muster::ctl {

struct SummarizeOptions {
  std::string by;
  std::string filter;
  std::string rule;
  std::optional<absl::Time> as_of = {};  // now where unset
};

// Machines by verdict, a row for each value of the attribute `by`.
absl::Status Summarize(Client& client, const SummarizeOptions& options, Console& console);
std::string SummaryTable(const v1::SummarizeVerdictsResponse& summary, const std::string& by,
                         bool colours);
std::string SummaryCsv(const v1::SummarizeVerdictsResponse& summary, const std::string& by);

struct AuditOptions {
  int64_t limit = 100;
};
// The newest `limit` audit entries.
absl::Status ListAudit(Client& client, const AuditOptions& options, Console& console);
// For people machines' ids are shortened; JSON and CSV have them whole.
Table AuditTable(const v1::ListAuditEntriesResponse& audit);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_REPORTS_H_
