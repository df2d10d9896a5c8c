#include "dashboard-api/ctl/machine_views.h"

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/paging.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

using Fleet = v1::FleetService::Stub;
using Item = v1::ListItemsResponse::Item;

constexpr size_t kWide = 120;

std::vector<std::string> ItemHeader(v1::SetKind kind) {
  switch (kind) {
    case v1::UPDATES:
      return {"KB", "DESCRIPTION", "INSTALLED ON"};
    case v1::PACKAGES:
      return {"KB", "STATE", "TYPE", "PACKAGE"};
    case v1::CATALOGS:
      return {"PATH", "RESULT", "BREAKS AT", "SIGNER", "SERIAL"};
    default:
      return {"FACT", "VALUE"};
  }
}

std::vector<Cell> ItemCells(const Item& item) {
  switch (item.kind_case()) {
    case Item::kUpdate:
      return {
          {item.update().kb()}, {item.update().description()}, {InstantText(item.installed_on())}};
    case Item::kPackage:
      return {{item.package().kb()},
              {v1::Package::State_Name(item.package().state())},
              {item.package().release_type()},
              {item.package().identity()}};
    case Item::kCatalog:
      return {{item.catalog().path()},
              {v1::Catalog::Result_Name(item.catalog().result())},
              {InstantText(item.catalog().breaks_at())},
              {item.catalog().signer()},
              {item.catalog().serial()}};
    default:
      return {{item.fact().name()}, {item.fact().value()}};
  }
}

std::vector<Cell> ChangeCells(const v1::ListMachineChangesResponse::Change& change) {
  if (change.has_set_changed()) {
    const auto& set = change.set_changed();
    return {{InstantText(change.time())},
            {absl::AsciiStrToLower(v1::SetKind_Name(set.kind()))},
            {absl::StrCat("+", set.added(), " -", set.removed())},
            {}};
  }
  const auto& verdict = change.verdict_changed();
  const bool first = verdict.from() == v1::Verdict::STATE_UNSPECIFIED;
  return {{InstantText(change.time())},
          {verdict.rule()},
          {absl::StrCat(first ? "" : StateText(verdict.from()), first ? "" : " → ",
                        StateText(verdict.to())),
           StateColour(verdict.to())},
          {verdict.explanation()}};
}

}  // namespace

Table ItemsTable(const v1::ListItemsResponse& items, v1::SetKind kind) {
  Table table(ItemHeader(kind), kWide);
  for (const Item& item : items.items()) table.Add(ItemCells(item));
  return table;
}

Table WitnessesTable(const v1::CompareWitnessesResponse& witnesses) {
  Table table({"KB", "LISTED", "PACKAGES", "CATALOGS", "FAILING", "DISAGREEMENT"}, kWide);
  for (const auto& row : witnesses.rows()) {
    table.Add({{row.kb()},
               {row.listed() ? "yes" : "no"},
               {absl::StrCat(row.packages_size())},
               {absl::StrCat(row.catalogs())},
               {absl::StrCat(row.failing_catalogs_size()),
                row.failing_catalogs().empty() ? Colour::kNone : Colour::kRed},
               {row.disagreement(), Colour::kYellow}});
  }
  return table;
}

Table IncidentsTable(const google::protobuf::RepeatedPtrField<v1::Incident>& incidents) {
  Table table({"LAST", "FIRST", "COUNT", "COMPONENT", "HRESULT", "MESSAGE"}, 100);
  for (const v1::Incident& incident : incidents) {
    const v1::IncidentSignature& signature = incident.signature();
    const std::string& first = incident.first_message();
    const std::string& last = incident.last_message().empty() ? first : incident.last_message();
    table.Add({{InstantText(incident.last())},
               {InstantText(incident.first())},
               {absl::StrCat(incident.count())},
               {signature.component()},
               {HresultText(signature.hresult())},
               {last.empty() ? signature.message() : last}});
  }
  return table;
}

Table ChangesTable(const v1::ListMachineChangesResponse& changes) {
  Table table({"TIME", "WHAT", "CHANGE", "WHY"}, kWide);
  for (const auto& change : changes.changes()) table.Add(ChangeCells(change));
  return table;
}

Table OrdersTable(const v1::ListMachineOrdersResponse& orders) {
  Table table(
      {"CAMPAIGN", "TITLE", "WAVE", "ATTEMPT", "STATE", "CAUSE", "UPDATED", "VERDICT", "DETAIL"},
      kWide);
  for (const auto& one : orders.orders()) {
    const v1::OrderView& order = one.order();
    const v1::OrderStatus& status = order.status();
    const bool has_cause = status.cause() != v1::OrderStatus::CAUSE_UNSPECIFIED;
    table.Add({{one.campaign()},
               {one.title()},
               {absl::StrCat(order.wave())},
               {absl::StrCat(order.attempt())},
               {v1::OrderStatus::State_Name(status.state())},
               {has_cause ? v1::OrderStatus::Cause_Name(status.cause()) : std::string()},
               {InstantText(order.update_time())},
               StateCell(order.verdict()),
               {status.detail()}});
  }
  return table;
}

absl::Status ListItems(Client& client, const MachineViewOptions& options, Console& console) {
  v1::ListItemsRequest request;
  request.set_parent(ResourceName("machines", options.name));
  v1::SetKind kind = v1::SET_KIND_UNSPECIFIED;
  v1::SetKind_Parse(absl::AsciiStrToUpper(options.kind), &kind);
  request.set_kind(kind);
  if (options.as_of) *request.mutable_as_of() = ToProto(*options.as_of);
  auto items =
      FetchPages(client, &Fleet::ListItems, request, options.limit,
                 [](const v1::ListItemsResponse& all) { return int64_t{all.items_size()}; });
  if (!items.ok()) return items.status();
  return Write(
      *items, ItemsTable(*items, kind), console,
      absl::StrCat(items->items_size(), " of ", items->total_size(), " ", options.kind, "\n"));
}

absl::Status CompareWitnesses(Client& client, const MachineViewOptions& options, Console& console) {
  v1::CompareWitnessesRequest request;
  request.set_parent(ResourceName("machines", options.name));
  request.set_disagreements_only(options.disagreements_only);
  if (options.as_of) *request.mutable_as_of() = ToProto(*options.as_of);
  auto witnesses =
      FetchPages(client, &Fleet::CompareWitnesses, request, options.limit,
                 [](const v1::CompareWitnessesResponse& all) { return int64_t{all.rows_size()}; });
  if (!witnesses.ok()) return witnesses.status();
  return Write(*witnesses, WitnessesTable(*witnesses), console,
               witnesses->finding().empty() ? "" : ForTerminal(witnesses->finding()) + "\n");
}

absl::Status ListIncidents(Client& client, const MachineViewOptions& options, Console& console) {
  v1::ListIncidentsRequest request;
  request.set_parent(ResourceName("machines", options.name));
  if (options.as_of) *request.mutable_as_of() = ToProto(*options.as_of);
  auto incidents = FetchPages(
      client, &Fleet::ListIncidents, request, options.limit,
      [](const v1::ListIncidentsResponse& all) { return int64_t{all.incidents_size()}; });
  if (!incidents.ok()) return incidents.status();
  return Write(*incidents, IncidentsTable(incidents->incidents()), console);
}

absl::Status ListMachineChanges(Client& client, const MachineViewOptions& options,
                                Console& console) {
  v1::ListMachineChangesRequest request;
  request.set_parent(ResourceName("machines", options.name));
  auto changes = FetchPages(
      client, &Fleet::ListMachineChanges, request, options.limit,
      [](const v1::ListMachineChangesResponse& all) { return int64_t{all.changes_size()}; });
  if (!changes.ok()) return changes.status();
  return Write(*changes, ChangesTable(*changes), console);
}

absl::Status ListMachineOrders(Client& client, const MachineViewOptions& options,
                               Console& console) {
  v1::ListMachineOrdersRequest request;
  request.set_parent(ResourceName("machines", options.name));
  auto orders = FetchPages(
      client, &v1::CampaignService::Stub::ListMachineOrders, request, options.limit,
      [](const v1::ListMachineOrdersResponse& all) { return int64_t{all.orders_size()}; });
  if (!orders.ok()) return orders.status();
  return Write(*orders, OrdersTable(*orders), console);
}

}  // namespace muster::ctl
