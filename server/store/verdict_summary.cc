// Counts of machines by verdict, each with the filter that lists exactly these machines.
#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/inventory/filter.h"
#include "server/store/database_internal.h"
#include "server/store/fleet_reader.h"
#include "server/store/machine_rows_internal.h"

namespace muster::store {
namespace {

using inventory::Comparison;
using inventory::FilterExpression;
using Response = v1::SummarizeVerdictsResponse;

constexpr char kByRule[] = "rule";

// The column of each group_by; "" is one group of all.
const std::map<std::string, std::string>& GroupColumns() {
  static const std::map<std::string, std::string> columns = {
      {"", "''"},
      {"site", "m.site"},
      {"domain", "m.domain"},
      {"os", "m.os"},
      {"os_version", "m.os_version"},
      {"architecture", "m.architecture"},
      {"organizational_unit", "m.organizational_unit"},
      {kByRule, "r.rule"}};
  return columns;
}

// Every machine once a rule; with `as_of` only those that had a verdict by it then.
std::string MachineByRuleSource(SqlParams& params, const std::string& rule, const Moment& moment) {
  const std::string of_rule =
      rule.empty() ? "" : absl::StrCat(" AND lower(rule) = lower(", params.Bind(rule, "text"), ")");
  const std::string stands = StandsSql(params, "", moment);
  return absl::StrCat("machines m CROSS JOIN (SELECT DISTINCT rule FROM verdicts WHERE ", stands,
                      of_rule, ") r ", moment.as_of ? "" : "LEFT ",
                      "JOIN (SELECT machine_id, rule, verdict_rank(state, breaks_at, ",
                      params.BindTime(moment.time), ") AS rank, breaks_at FROM verdicts WHERE ",
                      stands, ") v ON v.machine_id = m.id AND v.rule = r.rule");
}

FilterExpression Compare(const std::string& field, inventory::FieldType type,
                         decltype(Comparison::value) value) {
  FilterExpression expression;
  expression.kind = FilterExpression::Kind::kComparison;
  expression.comparison = {field, type, inventory::Comparator::kEqual, std::move(value)};
  return expression;
}

FilterExpression IsText(const std::string& field, const std::string& text) {
  return Compare(field, inventory::FieldType::kString, inventory::StringPattern{{text}});
}

struct Question {
  FilterExpression filter;  // without its rule
  std::string rule;
  std::string group_by;
  Moment moment;
};

std::string CountFilter(const Question& question, const std::string& group,
                        v1::Verdict::State state) {
  FilterExpression all;
  if (question.filter.kind != FilterExpression::Kind::kAnd || !question.filter.operands.empty()) {
    all.operands.push_back(question.filter);
  }
  const bool by_rule = question.group_by == kByRule;
  const std::string& rule = by_rule ? group : question.rule;
  if (!rule.empty()) all.operands.push_back(IsText(kByRule, rule));
  if (!question.group_by.empty() && !by_rule) {
    all.operands.push_back(IsText(question.group_by, group));
  }
  all.operands.push_back(Compare("verdict", inventory::FieldType::kEnum,
                                 inventory::EnumValue{v1::Verdict::State_Name(state)}));
  return inventory::FilterText(all);
}

int64_t AffectedOf(const Response::Row& row) {
  int64_t affected = 0;
  for (const Response::Count& count : row.counts()) {
    if (count.state() == v1::Verdict::AFFECTED) affected += count.machines();
  }
  return affected;
}

pqxx::result QueryGroups(pqxx::transaction_base& transaction, const Question& question) {
  SqlParams params;
  const std::string source = question.group_by == kByRule
                                 ? MachineByRuleSource(params, question.rule, question.moment)
                                 : MachineSource(params, question.rule, question.moment);
  const std::string& column = GroupColumns().at(question.group_by);
  return Query(
      transaction,
      absl::StrCat("SELECT lower(", column, "), min(", column, "), ", kRankSql, ", count(*) FROM ",
                   source, " WHERE ", ConditionSql(params, question.filter, question.moment),
                   " GROUP BY 1, 3 ORDER BY 1, 3"),
      params);
}

int64_t QueryTotal(pqxx::transaction_base& transaction, const Question& question) {
  SqlParams params;
  const std::string source = MachineSource(params, question.rule, question.moment);
  return Query(transaction,
               absl::StrCat("SELECT count(*) FROM ", source, " WHERE ",
                            ConditionSql(params, question.filter, question.moment)),
               params)[0][0]
      .as<int64_t>();
}

void Fill(Response& response, const Question& question, const pqxx::result& groups) {
  std::string group;
  Response::Row* row = nullptr;
  for (const pqxx::row& counted : groups) {
    if (row == nullptr || group != counted[0].c_str()) {
      row = response.add_rows();
      group = counted[0].c_str();
      row->set_value(counted[1].c_str());
    }
    Response::Count& count = *row->add_counts();
    count.set_state(StateOfRank(counted[2].as<int>()));
    count.set_machines(counted[3].as<int64_t>());
    count.set_filter(CountFilter(question, row->value(), count.state()));
    row->set_total(row->total() + count.machines());
  }
  std::stable_sort(response.mutable_rows()->begin(), response.mutable_rows()->end(),
                   [](const Response::Row& a, const Response::Row& b) {
                     return std::pair(AffectedOf(a), a.total()) >
                            std::pair(AffectedOf(b), b.total());
                   });
}

}  // namespace

absl::StatusOr<Response> FleetReader::SummarizeVerdicts(const v1::SummarizeVerdictsRequest& request,
                                                        absl::Time now) {
  if (!GroupColumns().contains(request.group_by())) {
    return absl::InvalidArgumentError(absl::StrCat("group_by: \"", request.group_by(),
                                                   "\" is none of site, domain, os, os_version, "
                                                   "architecture, organizational_unit and rule"));
  }
  auto filter = inventory::ParseFilter(request.filter(), inventory::MachineFields());
  if (!filter.ok()) return filter.status();
  Question question{*std::move(filter), "", request.group_by(), MomentOf(request, now)};
  auto rule = TakeRule(question.filter, request.rule());
  if (!rule.ok()) return rule.status();
  question.rule = *std::move(rule);
  Response response;
  const auto work = [&](pqxx::transaction_base& transaction) {
    BeginSnapshot(transaction);
    Fill(response, question, QueryGroups(transaction, question));
    response.set_total(QueryTotal(transaction, question));
    return absl::OkStatus();
  };
  if (absl::Status status = database_->Run("counting verdicts", work); !status.ok()) return status;
  return response;
}

}  // namespace muster::store
