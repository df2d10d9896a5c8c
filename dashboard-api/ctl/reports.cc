#include "dashboard-api/ctl/reports.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

constexpr v1::Verdict::State kStates[] = {v1::Verdict::AFFECTED,    v1::Verdict::AT_RISK,
                                          v1::Verdict::REMEDIATING, v1::Verdict::UNKNOWN,
                                          v1::Verdict::FIXED,       v1::Verdict::CLEAN};
constexpr int32_t kAuditPageSize = 1000;

int64_t CountOf(const v1::SummarizeVerdictsResponse::Row& row, v1::Verdict::State state) {
  for (const auto& count : row.counts()) {
    if (count.state() == state) return count.machines();
  }
  return 0;
}

// "machines/" and the first 12 of the id's 64 digits; other names are short.
std::string ShortName(const std::string& name) {
  constexpr size_t kShown = sizeof("machines/") - 1 + 12;
  if (!absl::StartsWith(name, "machines/") || name.size() <= kShown) return name;
  return absl::StrCat(name.substr(0, kShown), "…");
}

}  // namespace

std::string AuditTable(const v1::ListAuditEntriesResponse& audit, bool colours) {
  Table table({"#", "TIME", "ACTOR", "ACTION", "SUBJECT", "RESULT"});
  for (const v1::AuditEntry& entry : audit.audit_entries()) {
    table.Add({{absl::StrCat(entry.sequence())},
               {InstantText(entry.time())},
               {ShortName(entry.actor())},
               {std::string(absl::StripPrefix(entry.action(), "muster.v1."))},
               {ShortName(entry.subject())},
               {entry.result(), entry.result() == "OK" ? Colour::kNone : Colour::kRed}});
  }
  return table.ToText(colours);
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
  v1::SummarizeVerdictsResponse summary;
  auto summarized = client.Call(&v1::FleetService::Stub::SummarizeVerdicts, request, &summary);
  if (!summarized.ok()) return summarized;
  if (options.format == "json") {
    console.out << Json(summary, /*pretty=*/true);
  } else if (options.format == "csv") {
    console.out << SummaryCsv(summary, options.by);
  } else {
    console.out << SummaryTable(summary, options.by, console.colours);
    console.out.flush();
    console.err << summary.total() << " machines\n";
  }
  return absl::OkStatus();
}

absl::Status ListRules(Client& client, const std::string& format, Console& console) {
  v1::ListRulesResponse response;
  auto listed = client.Call(&v1::FleetService::Stub::ListRules, v1::ListRulesRequest(), &response);
  if (!listed.ok()) return listed;
  if (format == "json") {
    console.out << Json(response, /*pretty=*/true);
    return absl::OkStatus();
  }
  Table table({"RULE", "REMEDIES", "TITLE"}, 100);
  for (const v1::Rule& rule : response.rules()) {
    std::string remedies =
        absl::StrJoin(rule.remedies(), ", ", [](std::string* out, const v1::Remedy& remedy) {
          absl::StrAppend(out, remedy.kb().empty() ? remedy.title() : remedy.kb());
        });
    table.Add({{rule.id()}, {remedies.empty() ? "-" : remedies}, {rule.title()}});
  }
  console.out << table.ToText(console.colours);
  return absl::OkStatus();
}

absl::Status ListAudit(Client& client, int64_t limit, const std::string& format, Console& console) {
  v1::ListAuditEntriesRequest request;
  v1::ListAuditEntriesResponse all;
  do {
    request.set_page_size(
        static_cast<int32_t>(std::min<int64_t>(kAuditPageSize, limit - all.audit_entries_size())));
    v1::ListAuditEntriesResponse page;
    auto listed = client.Call(&v1::AccessService::Stub::ListAuditEntries, request, &page);
    if (!listed.ok()) return listed;
    for (auto& entry : *page.mutable_audit_entries()) *all.add_audit_entries() = std::move(entry);
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && all.audit_entries_size() < limit);
  if (format == "json") {
    console.out << Json(all, /*pretty=*/true);
    return absl::OkStatus();
  }
  console.out << AuditTable(all, console.colours);
  return absl::OkStatus();
}

}  // namespace muster::ctl
