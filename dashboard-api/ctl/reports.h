// musterctl summary, rules and audit: what the server says, as tables or JSON.
#ifndef MUSTER_DASHBOARD_API_CTL_REPORTS_H_
#define MUSTER_DASHBOARD_API_CTL_REPORTS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

struct SummarizeOptions {
  std::string by;
  std::string filter;
  std::string rule;
  std::string format = "table";  // "table", "json", "csv"
};

// Machines by verdict, a row for each value of the attribute `by`.
absl::Status Summarize(Client& client, const SummarizeOptions& options, Console& console);
std::string SummaryTable(const v1::SummarizeVerdictsResponse& summary, const std::string& by,
                         bool colours);
std::string SummaryCsv(const v1::SummarizeVerdictsResponse& summary, const std::string& by);

// The rules that the server judges by.
absl::Status ListRules(Client& client, const std::string& format, Console& console);

// The newest `limit` audit entries.
absl::Status ListAudit(Client& client, int64_t limit, const std::string& format, Console& console);
// For people: machines' ids are shortened, JSON has them whole.
std::string AuditTable(const v1::ListAuditEntriesResponse& audit, bool colours);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_REPORTS_H_
