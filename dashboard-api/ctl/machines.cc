#include "dashboard-api/ctl/machines.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

// What a spreadsheet takes for an empty cell.
std::string InstantOrEmpty(const google::protobuf::Timestamp& time) {
  std::string text = InstantText(time);
  return text == "-" ? "" : text;
}

// The verdict of the rule asked for, or the worst. Without one the state is what the server's
// filters and counts take it for.
v1::Verdict VerdictToShow(const v1::Machine& machine, const std::string& rule) {
  if (const v1::Verdict* found = ShownVerdict(machine, rule)) return *found;
  v1::Verdict unknown;
  unknown.set_state(v1::Verdict::UNKNOWN);
  unknown.set_rule(rule);
  unknown.set_explanation("not judged yet");
  return unknown;
}

// The pages together, at most `limit` machines.
absl::StatusOr<v1::ListMachinesResponse> FetchMachines(Client& client,
                                                       const ListMachinesOptions& options) {
  v1::ListMachinesRequest request;
  request.set_filter(options.filter);
  request.set_order_by(options.order_by);
  request.set_rule(options.rule);
  if (options.as_of) *request.mutable_as_of() = ToProto(*options.as_of);
  v1::ListMachinesResponse all;
  do {
    int64_t left = options.limit ? *options.limit - all.machines_size() : options.page_size;
    request.set_page_size(static_cast<int32_t>(std::min<int64_t>(options.page_size, left)));
    v1::ListMachinesResponse page;
    auto listed = client.Call(&v1::FleetService::Stub::ListMachines, request, &page);
    if (!listed.ok()) return listed;
    for (v1::Machine& machine : *page.mutable_machines()) {
      *all.add_machines() = std::move(machine);
    }
    all.set_total_size(page.total_size());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() &&
           (!options.limit || all.machines_size() < *options.limit));
  return all;
}

}  // namespace

Table MachinesTable(const v1::ListMachinesResponse& machines, const std::string& rule) {
  Table table({"NAME", "SITE", "OS", "VERDICT", "BREAKS AT", "LAST SEEN", "WHY"}, 72);
  for (const v1::Machine& machine : machines.machines()) {
    const v1::MachineAttributes& attributes = machine.attributes();
    const v1::Verdict verdict = VerdictToShow(machine, rule);
    const std::string why = verdict.rule().empty()
                                ? verdict.explanation()
                                : absl::StrCat(verdict.rule(), ": ", verdict.explanation());
    table.Add({{attributes.name()},
               {attributes.site()},
               {attributes.os()},
               {StateText(verdict.state()), StateColour(verdict.state())},
               {InstantText(verdict.breaks_at())},
               {InstantText(machine.last_seen())},
               {why}});
  }
  return table;
}

std::string MachinesJson(const v1::ListMachinesResponse& machines) {
  std::string json = "{\"machines\":[";
  for (int i = 0; i < machines.machines_size(); ++i) {
    absl::StrAppend(&json, i == 0 ? "\n" : ",\n", Json(machines.machines(i), /*pretty=*/false));
  }
  absl::StrAppend(&json, "],\"totalSize\":", machines.total_size(), "}\n");
  return json;
}

std::string MachinesCsv(const v1::ListMachinesResponse& machines, const std::string& rule) {
  std::string csv = CsvLine({"name", "machine", "site", "domain", "os", "verdict", "rule",
                             "breaks_at", "last_seen", "enrolled_at", "explanation"});
  for (const v1::Machine& machine : machines.machines()) {
    const v1::MachineAttributes& attributes = machine.attributes();
    const v1::Verdict verdict = VerdictToShow(machine, rule);
    csv += CsvLine({attributes.name(), machine.name(), attributes.site(), attributes.domain(),
                    attributes.os(), v1::Verdict::State_Name(verdict.state()), verdict.rule(),
                    InstantOrEmpty(verdict.breaks_at()), InstantOrEmpty(machine.last_seen()),
                    InstantOrEmpty(machine.enrolled_at()), verdict.explanation()});
  }
  return csv;
}

absl::Status ListMachines(Client& client, const ListMachinesOptions& options, Console& console) {
  auto machines = FetchMachines(client, options);
  if (!machines.ok()) return machines.status();
  std::string remark =
      absl::StrCat(machines->machines_size(), " of ", machines->total_size(), " machines");
  const auto text = [&] {
    const Table table = MachinesTable(*machines, options.rule);
    if (table.shortened()) {
      remark += "; what ends in … is shortened: see --output csv, or machines show";
    }
    return table.ToText(console.colours);
  };
  return Write({.text = text,
                .csv = [&] { return MachinesCsv(*machines, options.rule); },
                .json = [&] { return MachinesJson(*machines); },
                .remark = [&] { return remark + "\n"; }},
               console);
}

}  // namespace muster::ctl
