#include "dashboard-api/ctl/rules.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/yaml.h"

namespace muster::ctl {
namespace {

absl::StatusOr<v1::ListRulesResponse> FetchRules(Client& client) {
  v1::ListRulesResponse response;
  auto listed = client.Call(&v1::FleetService::Stub::ListRules, v1::ListRulesRequest(), &response);
  if (!listed.ok()) return listed;
  return response;
}

Table RulesTable(const v1::ListRulesResponse& response) {
  Table table({"RULE", "REMEDIES", "TITLE"}, 100);
  for (const v1::Rule& rule : response.rules()) {
    std::string remedies =
        absl::StrJoin(rule.remedies(), ", ", [](std::string* out, const v1::Remedy& remedy) {
          absl::StrAppend(out, remedy.kb().empty() ? remedy.title() : remedy.kb());
        });
    table.Add({{rule.id()}, {remedies.empty() ? "-" : remedies}, {rule.title()}});
  }
  return table;
}

}  // namespace

absl::Status ListRules(Client& client, const NoOptions&, Console& console) {
  auto rules = FetchRules(client);
  if (!rules.ok()) return rules.status();
  return Write(*rules, RulesTable(*rules), console);
}

absl::Status ShowRule(Client& client, const std::string& id, Console& console) {
  auto rules = FetchRules(client);
  if (!rules.ok()) return rules.status();
  v1::ListRulesResponse found;
  for (const v1::Rule& rule : rules->rules()) {
    if (rule.id() == id) *found.add_rules() = rule;
  }
  if (found.rules().empty()) {
    return absl::NotFoundError(absl::StrCat("there is no rule ", id, ": see musterctl rules list"));
  }
  const std::string json = Json(found.rules(0), /*pretty=*/true);
  auto yaml = YamlOfJson(json);
  if (!yaml.ok()) return yaml.status();
  return Write({.text = [&] { return *yaml; },
                .csv = [&] { return RulesTable(found).ToCsv(); },
                .json = [&] { return json; }},
               console);
}

}  // namespace muster::ctl
