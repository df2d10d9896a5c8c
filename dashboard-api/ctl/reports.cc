#include "dashboard-api/ctl/reports.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/paging.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

constexpr v1::Verdict::State kStates[] = {v1::Verdict::AFFECTED,    v1::Verdict::AT_RISK,
                                          v1::Verdict::REMEDIATING, v1::Verdict::UNKNOWN,
                                          v1::Verdict::FIXED,       v1::Verdict::CLEAN};

int64_t CountOf(const v1::SummarizeVerdictsResponse::Row& row, v1::Verdict::State state) {
  for (const auto& count : row.counts()) {
    if (count.state() == state) return count.machines();
  }
  return 0;
}

}  // namespace

Table AuditTable(const v1::ListAuditEntriesResponse& audit) {
  Table table({"#", "TIME", "ACTOR", "ACTION", "SUBJECT", "RESULT"});
  for (const v1::AuditEntry& entry : audit.audit_entries()) {
    table.Add({{absl::StrCat(entry.sequence())},
               {InstantText(entry.time())},
               {entry.actor(), Colour::kNone, ShortName(entry.actor())},
               {std::string(absl::StripPrefix(entry.action(), "muster.v1."))},
               {entry.subject(), Colour::kNone, ShortName(entry.subject())},
               {entry.result(), entry.result() == "OK" ? Colour::kNone : Colour::kRed}});
  }
  return table;
}

std::string SummaryTable(const v1::SummarizeVerdictsResponse& summary, const std::string& by,
                         bool colours) {
  std::vector<std::string> header = {by.empty() ? "MACHINES" : absl::AsciiStrToUpper(by)};
  for (v1::Verdict::State state : kStates) header.push_back(StateText(state));
  header.push_back("TOTAL");
  Table table(std::move(header));
  for (const auto& row : summary.rows()) {
    std::string value = by.empty() ? "all" : row.value().empty() ? "(none)" : row.value();
    std::vector<Cell> cells = {{std::move(value)}};
    for (v1::Verdict::State state : kStates) {
      int64_t count = CountOf(row, state);
      cells.push_back({absl::StrCat(count), count == 0 ? Colour::kNone : StateColour(state)});
    }
    cells.push_back({absl::StrCat(row.total())});
    table.Add(std::move(cells));
  }
  return table.ToText(colours);
}

std::string SummaryCsv(const v1::SummarizeVerdictsResponse& summary, const std::string& by) {
  std::vector<std::string> header = {by.empty() ? "machines" : by};
  for (v1::Verdict::State state : kStates) {
    header.push_back(absl::AsciiStrToLower(v1::Verdict::State_Name(state)));
  }
  header.push_back("total");
  std::string csv = CsvLine(header);
  for (const auto& row : summary.rows()) {
    std::vector<std::string> fields = {row.value()};
    for (v1::Verdict::State state : kStates) {
      fields.push_back(absl::StrCat(CountOf(row, state)));
    }
    fields.push_back(absl::StrCat(row.total()));
    csv += CsvLine(fields);
  }
  return csv;
}

absl::Status Summarize(Client& client, const SummarizeOptions& options, Console& console) {
  v1::SummarizeVerdictsRequest request;
  request.set_group_by(options.by);
  request.set_filter(options.filter);
  request.set_rule(options.rule);
  if (options.as_of) *request.mutable_as_of() = ToProto(*options.as_of);
  v1::SummarizeVerdictsResponse summary;
  auto summarized = client.Call(&v1::FleetService::Stub::SummarizeVerdicts, request, &summary);
  if (!summarized.ok()) return summarized;
  return Write({.text = [&] { return SummaryTable(summary, options.by, console.colours); },
                .csv = [&] { return SummaryCsv(summary, options.by); },
                .json = [&] { return Json(summary, /*pretty=*/true); },
                .remark = [&] { return absl::StrCat(summary.total(), " machines\n"); }},
               console);
}

absl::Status ListAudit(Client& client, const AuditOptions& options, Console& console) {
  auto all =
      FetchPages(client, &v1::AccessService::Stub::ListAuditEntries, v1::ListAuditEntriesRequest(),
                 options.limit, [](const v1::ListAuditEntriesResponse& audit) {
                   return int64_t{audit.audit_entries_size()};
                 });
  if (!all.ok()) return all.status();
  return Write(*all, AuditTable(*all), console);
}

}  // namespace muster::ctl
