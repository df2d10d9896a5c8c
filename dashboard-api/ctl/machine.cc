#include "dashboard-api/ctl/machine.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "common/verdict/state_order.h"
#include "dashboard-api/ctl/machine_views.h"
#include "dashboard-api/ctl/machines.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/paging.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

constexpr int kMaxIncidents = 20;
constexpr size_t kMaxNamedObservations = 5;

std::string Heading(const char* text, bool colours) {
  return absl::StrCat("\n", Paint(text, Colour::kBold, colours), "\n");
}

void AppendField(std::string& text, const char* label, const std::string& value) {
  if (!value.empty() && value != "-") {
    absl::StrAppend(&text, label, std::string(16 - Columns(label), ' '), ForTerminal(value), "\n");
  }
}

std::string Identity(const v1::Machine& machine) {
  const v1::MachineAttributes& attributes = machine.attributes();
  std::string text;
  AppendField(text, "Name", attributes.name());
  AppendField(text, "Id", machine.name());
  AppendField(text, "Domain", attributes.domain());
  AppendField(text, "Site", attributes.site());
  AppendField(text, "Unit", attributes.organizational_unit());
  AppendField(
      text, "OS",
      absl::StrCat(attributes.os(), " ", attributes.os_version(), " ", attributes.architecture()));
  AppendField(text, "Agent", machine.agent_version());
  AppendField(text, "Enrolled", InstantText(machine.enrolled_at()));
  AppendField(text, "Last seen", InstantText(machine.last_seen()));
  AppendField(text, "As of", InstantText(machine.as_of()));
  return text;
}

const v1::SetSummary* SetOf(const v1::Machine& machine, v1::SetKind kind) {
  for (const v1::SetSummary& set : machine.sets()) {
    if (set.kind() == kind) return &set;
  }
  return nullptr;
}

std::string OutcomeText(const v1::SetSummary* set) {
  if (set == nullptr || set->outcome().code() == v1::Outcome::CODE_UNSPECIFIED) {
    return "never reported";
  }
  std::string hresult = HresultText(set->outcome().hresult());
  return absl::StrCat(v1::Outcome::Code_Name(set->outcome().code()), hresult.empty() ? "" : " ",
                      hresult);
}

// The update list, servicing and the catalogs: never merged, so that their disagreement shows.
std::string Witnesses(const v1::Machine& machine, bool colours) {
  const v1::SetSummary* sets[] = {SetOf(machine, v1::UPDATES), SetOf(machine, v1::PACKAGES),
                                  SetOf(machine, v1::CATALOGS)};
  Table table({"", "UPDATE LIST", "SERVICING (CBS)", "CATALOGS"});
  auto add = [&](const char* label, auto value) {
    std::vector<Cell> row = {{label}};
    for (const v1::SetSummary* set : sets) row.push_back({value(set)});
    table.Add(std::move(row));
  };
  auto known = [](auto value) {
    return [value](const v1::SetSummary* set) {
      return set == nullptr || set->digest().empty() ? std::string("-") : value(*set);
    };
  };
  add("outcome", [](const v1::SetSummary* set) { return OutcomeText(set); });
  add("items", known([](const v1::SetSummary& set) { return absl::StrCat(set.item_count()); }));
  add("since", known([](const v1::SetSummary& set) { return InstantText(set.since()); }));
  add("machines alike",
      known([](const v1::SetSummary& set) { return absl::StrCat(set.machine_count()); }));
  add("set", known([](const v1::SetSummary& set) { return ShortDigest(set.digest()); }));
  std::string text = table.ToText(colours);
  if (const v1::SetSummary* facts = SetOf(machine, v1::FACTS)) {
    absl::StrAppend(&text, "and ", facts->item_count(), " facts: ", OutcomeText(facts), ", set ",
                    ShortDigest(facts->digest()), "\n");
  }
  for (const v1::SetSummary& set : machine.sets()) {
    if (set.outcome().detail().empty()) continue;
    absl::StrAppend(&text, v1::SetKind_Name(set.kind()), ": ", ForTerminal(set.outcome().detail()),
                    "\n");
  }
  return text;
}

// The first few of the observations that an evidence holds, a line each.
std::vector<std::string> Observations(const v1::Evidence& evidence) {
  std::vector<std::string> lines;
  for (const v1::Catalog& catalog : evidence.catalogs()) {
    lines.push_back(absl::StrCat(catalog.path(), "  ", v1::Catalog::Result_Name(catalog.result()),
                                 ", signer until ", InstantText(catalog.not_after())));
  }
  for (const v1::Incident& incident : evidence.incidents()) {
    lines.push_back(absl::StrCat(InstantText(incident.last()), "  ", incident.count(), "x  ",
                                 incident.signature().message(), "  ",
                                 HresultText(incident.signature().hresult())));
  }
  for (const v1::Update& update : evidence.updates()) {
    lines.push_back(absl::StrCat(update.kb(), "  ", update.description()));
  }
  for (const v1::Package& package : evidence.packages()) lines.push_back(package.identity());
  for (const v1::Fact& fact : evidence.facts()) {
    lines.push_back(absl::StrCat(fact.name(), " = ", fact.value()));
  }
  return lines;
}

std::string VerdictText(const v1::Verdict& verdict, bool colours) {
  std::string text =
      absl::StrCat(Paint(StateText(verdict.state()), StateColour(verdict.state()), colours), "  ",
                   ForTerminal(verdict.rule()));
  if (verdict.has_breaks_at()) {
    absl::StrAppend(&text, verdict.state() == v1::Verdict::AT_RISK ? "  breaks at " : "  since ",
                    InstantText(verdict.breaks_at()));
  }
  absl::StrAppend(&text, "\n    ", ForTerminal(verdict.explanation()), "\n");
  for (const std::string& missing : verdict.missing()) {
    absl::StrAppend(&text, "  ? ", ForTerminal(missing), "\n");
  }
  for (const v1::Evidence& evidence : verdict.evidence()) {
    absl::StrAppend(&text, "  * ", ForTerminal(evidence.summary()), "\n");
    std::vector<std::string> lines = Observations(evidence);
    size_t shown = std::min(lines.size(), kMaxNamedObservations);
    for (size_t i = 0; i < shown; ++i) {
      absl::StrAppend(&text, "      ", ForTerminal(lines[i]), "\n");
    }
    // The count of log evidence is one of records, and what is shown are kinds of them.
    const uint64_t all = evidence.signatures().empty() ? evidence.count() : lines.size();
    if (shown > 0 && all > shown) {
      absl::StrAppend(&text, "      and ", all - shown, " more\n");
    }
  }
  return text;
}

std::string Incidents(const v1::Machine& machine, bool colours) {
  google::protobuf::RepeatedPtrField<v1::Incident> incidents = machine.incidents();
  std::sort(incidents.begin(), incidents.end(),
            [](const auto& a, const auto& b) { return FromProto(a.last()) > FromProto(b.last()); });
  const int shown = std::min(incidents.size(), kMaxIncidents);
  incidents.DeleteSubrange(shown, incidents.size() - shown);
  std::string text = IncidentsTable(incidents).ToText(colours);
  const int64_t more = machine.incident_count() - shown;
  if (more > 0) absl::StrAppend(&text, "and ", more, " more: --output json has all\n");
  return text;
}

// GetMachine's answer holds the newest only: all of them, where there are more.
absl::Status FetchIncidents(Client& client, v1::Machine& machine) {
  if (machine.incidents_size() >= machine.incident_count()) return absl::OkStatus();
  v1::ListIncidentsRequest request;
  request.set_parent(machine.name());
  *request.mutable_as_of() = machine.as_of();
  auto all = FetchPages(
      client, &v1::FleetService::Stub::ListIncidents, request, std::nullopt,
      [](const v1::ListIncidentsResponse& page) { return int64_t{page.incidents_size()}; });
  if (!all.ok()) return all.status();
  machine.mutable_incidents()->Swap(all->mutable_incidents());
  machine.set_incident_count(machine.incidents_size());
  std::stable_sort(
      machine.mutable_incidents()->begin(), machine.mutable_incidents()->end(),
      [](const auto& a, const auto& b) { return FromProto(a.last()) > FromProto(b.last()); });
  return absl::OkStatus();
}

}  // namespace

std::string MachineText(const v1::Machine& machine, bool colours) {
  std::string text = Identity(machine);
  absl::StrAppend(&text, Heading("Three witnesses", colours), Witnesses(machine, colours));
  absl::StrAppend(&text, Heading("Verdicts", colours));
  if (machine.verdicts().empty()) absl::StrAppend(&text, "not judged yet\n");
  std::vector<const v1::Verdict*> verdicts;
  for (const v1::Verdict& verdict : machine.verdicts()) verdicts.push_back(&verdict);
  std::stable_sort(verdicts.begin(), verdicts.end(), [](const auto* a, const auto* b) {
    return verdict::IsWorse(a->state(), b->state());
  });
  for (const v1::Verdict* verdict : verdicts) {
    absl::StrAppend(&text, VerdictText(*verdict, colours));
  }
  if (!machine.incidents().empty()) {
    absl::StrAppend(&text, Heading("Incident records, newest first", colours),
                    Incidents(machine, colours));
  }
  return text;
}

absl::Status ShowMachine(Client& client, const ShowMachineOptions& options, Console& console) {
  v1::GetMachineRequest request;
  request.set_name(ResourceName("machines", options.name));
  if (options.as_of) *request.mutable_as_of() = ToProto(*options.as_of);
  v1::Machine machine;
  auto got = client.Call(&v1::FleetService::Stub::GetMachine, request, &machine);
  if (!got.ok()) return got;
  if (console.output == "json" || console.output == "yaml") {
    if (auto fetched = FetchIncidents(client, machine); !fetched.ok()) return fetched;
  }
  const auto csv = [&] {
    v1::ListMachinesResponse list;
    *list.add_machines() = machine;
    return MachinesCsv(list, /*rule=*/"");
  };
  return Write({.text = [&] { return MachineText(machine, console.colours); },
                .csv = csv,
                .json = [&] { return Json(machine, /*pretty=*/true); }},
               console);
}

}  // namespace muster::ctl
