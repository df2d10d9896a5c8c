#include "server/operator/fleet_service.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/inventory/filter.h"
#include "server/operator/field_checks.h"

namespace muster::operator_api {
namespace {

constexpr size_t kMaxFilterBytes = 4096;  // what the filter's own parser takes
constexpr size_t kMaxOrderBytes = 512;
constexpr size_t kMaxPageTokenBytes = 8192;

constexpr const char* kGroups[] = {
    "", "site", "domain", "os", "os_version", "architecture", "organizational_unit", "rule"};

// Moves an answer into a response.
template <typename Message>
absl::Status Give(absl::StatusOr<Message> answer, Message* response) {
  if (answer.ok()) *response = *std::move(answer);
  return answer.status();
}

// Of a machine's page; puts the page size in its bounds.
template <typename Request>
absl::Status CheckPage(Request& request) {
  if (auto id = ResourceId("parent", request.parent(), "machines"); !id.ok()) return id.status();
  auto page_size = PageSize(request.page_size());
  if (!page_size.ok()) return page_size.status();
  request.set_page_size(*page_size);
  return absl::OkStatus();
}

}  // namespace

FleetService::FleetService(inventory::FleetReader& fleet,
                           std::shared_ptr<const verdict::RuleBook> rules, Guard guard, Clock clock)
    : fleet_(fleet), rules_(std::move(rules)), guard_(guard), clock_(std::move(clock)) {}

absl::Status FleetService::CheckRule(absl::string_view field, absl::string_view id) const {
  std::vector<std::string> ids;
  for (const v1::Rule& rule : rules_->rules()) {
    if (absl::EqualsIgnoreCase(id, rule.id())) return absl::OkStatus();
    ids.push_back(rule.id());
  }
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": there is no such rule; there are: ", absl::StrJoin(ids, ", ")));
}

absl::Status FleetService::CheckFilterRules(const std::string& filter) const {
  const auto parsed = inventory::ParseFilter(filter, inventory::MachineFields());
  if (!parsed.ok()) return absl::OkStatus();
  std::vector<const inventory::FilterExpression*> open = {&*parsed};
  while (!open.empty()) {
    const inventory::FilterExpression& expression = *open.back();
    open.pop_back();
    for (const auto& operand : expression.operands) open.push_back(&operand);
    const auto* pattern = std::get_if<inventory::StringPattern>(&expression.comparison.value);
    if (expression.comparison.field != "rule" || pattern == nullptr || pattern->has_wildcard()) {
      continue;
    }
    if (auto known = CheckRule("filter", pattern->parts[0]); !known.ok()) return known;
  }
  return absl::OkStatus();
}

grpc::Status FleetService::ListMachines(grpc::ServerContext* context,
                                        const v1::ListMachinesRequest* request,
                                        v1::ListMachinesResponse* response) {
  return guard_.Run(*context, "muster.v1.FleetService.ListMachines", [&](const auto&) {
    auto page_size = PageSize(request->page_size());
    if (!page_size.ok()) return page_size.status();
    absl::Status checked = CheckLength("filter", request->filter(), kMaxFilterBytes);
    checked.Update(CheckFilterRules(request->filter()));
    checked.Update(CheckLength("order_by", request->order_by(), kMaxOrderBytes));
    checked.Update(CheckLength("page_token", request->page_token(), kMaxPageTokenBytes));
    if (!request->rule().empty()) checked.Update(CheckRule("rule", request->rule()));
    if (!checked.ok()) return checked;
    v1::ListMachinesRequest bounded = *request;
    bounded.set_page_size(*page_size);
    return Give(fleet_.ListMachines(bounded, clock_()), response);
  });
}

grpc::Status FleetService::GetMachine(grpc::ServerContext* context,
                                      const v1::GetMachineRequest* request, v1::Machine* response) {
  return guard_.Run(*context, "muster.v1.FleetService.GetMachine", [&](const auto&) {
    if (auto id = ResourceId("name", request->name(), "machines"); !id.ok()) return id.status();
    if (auto checked = CheckTimestamp("as_of", request->as_of()); !checked.ok()) return checked;
    return Give(fleet_.GetMachine(*request, clock_()), response);
  });
}

grpc::Status FleetService::ListIncidents(grpc::ServerContext* context,
                                         const v1::ListIncidentsRequest* request,
                                         v1::ListIncidentsResponse* response) {
  return guard_.Run(*context, "muster.v1.FleetService.ListIncidents", [&](const auto&) {
    auto id = ResourceId("parent", request->parent(), "machines");
    if (!id.ok()) return id.status();
    auto page_size = PageSize(request->page_size());
    if (!page_size.ok()) return page_size.status();
    if (auto checked = CheckTimestamp("as_of", request->as_of()); !checked.ok()) return checked;
    v1::ListIncidentsRequest bounded = *request;
    bounded.set_page_size(*page_size);
    return Give(fleet_.ListIncidents(bounded, clock_()), response);
  });
}

grpc::Status FleetService::ListItems(grpc::ServerContext* context,
                                     const v1::ListItemsRequest* request,
                                     v1::ListItemsResponse* response) {
  return guard_.Run(*context, "muster.v1.FleetService.ListItems", [&](const auto&) {
    v1::ListItemsRequest bounded = *request;
    if (auto checked = CheckPage(bounded); !checked.ok()) return checked;
    if (auto checked = CheckTimestamp("as_of", request->as_of()); !checked.ok()) return checked;
    return Give(fleet_.ListItems(bounded, clock_()), response);
  });
}

grpc::Status FleetService::CompareWitnesses(grpc::ServerContext* context,
                                            const v1::CompareWitnessesRequest* request,
                                            v1::CompareWitnessesResponse* response) {
  return guard_.Run(*context, "muster.v1.FleetService.CompareWitnesses", [&](const auto&) {
    v1::CompareWitnessesRequest bounded = *request;
    if (auto checked = CheckPage(bounded); !checked.ok()) return checked;
    if (auto checked = CheckTimestamp("as_of", request->as_of()); !checked.ok()) return checked;
    return Give(fleet_.CompareWitnesses(bounded, clock_()), response);
  });
}

grpc::Status FleetService::ListMachineChanges(grpc::ServerContext* context,
                                              const v1::ListMachineChangesRequest* request,
                                              v1::ListMachineChangesResponse* response) {
  return guard_.Run(*context, "muster.v1.FleetService.ListMachineChanges", [&](const auto&) {
    v1::ListMachineChangesRequest bounded = *request;
    if (auto checked = CheckPage(bounded); !checked.ok()) return checked;
    return Give(fleet_.ListMachineChanges(bounded), response);
  });
}

grpc::Status FleetService::SummarizeVerdicts(grpc::ServerContext* context,
                                             const v1::SummarizeVerdictsRequest* request,
                                             v1::SummarizeVerdictsResponse* response) {
  return guard_.Run(*context, "muster.v1.FleetService.SummarizeVerdicts", [&](const auto&) {
    if (std::find(std::begin(kGroups), std::end(kGroups), request->group_by()) ==
        std::end(kGroups)) {
      return absl::InvalidArgumentError(
          "group_by: must be one of site, domain, os, os_version, architecture, "
          "organizational_unit, rule, or empty");
    }
    absl::Status checked = CheckLength("filter", request->filter(), kMaxFilterBytes);
    checked.Update(CheckFilterRules(request->filter()));
    if (!request->rule().empty()) checked.Update(CheckRule("rule", request->rule()));
    if (!checked.ok()) return checked;
    return Give(fleet_.SummarizeVerdicts(*request, clock_()), response);
  });
}

grpc::Status FleetService::ListRules(grpc::ServerContext* context, const v1::ListRulesRequest*,
                                     v1::ListRulesResponse* response) {
  return guard_.Run(*context, "muster.v1.FleetService.ListRules", [&](const auto&) {
    for (const v1::Rule& rule : rules_->rules()) *response->add_rules() = rule;
    return absl::OkStatus();
  });
}

}  // namespace muster::operator_api
