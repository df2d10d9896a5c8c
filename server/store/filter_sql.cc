#include <algorithm>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/store/filter_sql_internal.h"

namespace muster::store {
namespace {

using inventory::AnyValue;
using inventory::Comparator;
using inventory::Comparison;
using inventory::FilterExpression;
using inventory::StringPattern;

// States by verdict_rank, worst first.
constexpr v1::Verdict::State kStates[] = {v1::Verdict::AFFECTED,    v1::Verdict::AT_RISK,
                                          v1::Verdict::REMEDIATING, v1::Verdict::UNKNOWN,
                                          v1::Verdict::FIXED,       v1::Verdict::CLEAN};

const std::map<std::string, std::string>& TextColumns() {
  static const std::map<std::string, std::string> columns = {
      {"name", "m.name"},
      {"site", "m.site"},
      {"domain", "m.domain"},
      {"organizational_unit", "m.organizational_unit"},
      {"os", "m.os"},
      {"os_version", "m.os_version"},
      {"architecture", "m.architecture"}};
  return columns;
}

const std::map<std::string, std::string>& TimeColumns() {
  static const std::map<std::string, std::string> columns = {
      {"breaks_at", "v.breaks_at"}, {"last_seen", "m.last_seen"}, {"enrolled_at", "m.enrolled_at"}};
  return columns;
}

// A LIKE pattern: what was typed stands for itself, '*' for any text.
std::string LikePattern(const StringPattern& pattern, bool anywhere) {
  std::string like =
      absl::StrJoin(pattern.parts, "%", [](std::string* out, absl::string_view part) {
        absl::StrAppend(out,
                        absl::StrReplaceAll(part, {{"\\", "\\\\"}, {"%", "\\%"}, {"_", "\\_"}}));
      });
  return anywhere ? absl::StrCat("%", like, "%") : like;
}

std::string TextSql(SqlParams& params, const std::string& column, const Comparison& comparison) {
  const auto* pattern = std::get_if<StringPattern>(&comparison.value);
  if (pattern == nullptr) return absl::StrCat(column, " <> ''");
  const bool has = comparison.comparator == Comparator::kHas;
  if (has || pattern->has_wildcard()) {
    return absl::StrCat("lower(", column, ") LIKE lower(",
                        params.Bind(LikePattern(*pattern, has), "text"), ")");
  }
  const bool ordered =
      comparison.comparator != Comparator::kEqual && comparison.comparator != Comparator::kNotEqual;
  return absl::StrCat("lower(", column, ") ",
                      ordered ? inventory::ComparatorText(comparison.comparator) : "=", " lower(",
                      params.Bind(pattern->parts.front(), "text"), ")");
}

std::string TimeSql(SqlParams& params, const std::string& column, const Comparison& comparison) {
  const auto* time = std::get_if<absl::Time>(&comparison.value);
  if (time == nullptr) return absl::StrCat(column, " IS NOT NULL");
  const bool equal = comparison.comparator == Comparator::kEqual ||
                     comparison.comparator == Comparator::kNotEqual ||
                     comparison.comparator == Comparator::kHas;
  return absl::StrCat(column, " ", equal ? "=" : inventory::ComparatorText(comparison.comparator),
                      " ", params.BindTime(*time));
}

// Machines whose sets of the moment hold an item for which `item` is true. A fleet has few distinct
// sets, so the items are followed to their sets first.
std::string HoldsItem(SqlParams& params, absl::string_view item, const Moment& moment) {
  return absl::StrCat("m.id IN (SELECT ms.machine_id FROM machine_sets ms WHERE ",
                      StandsSql(params, "ms.", moment),
                      " AND ms.set_id = ANY (ARRAY(SELECT DISTINCT si.set_id FROM set_items si "
                      "JOIN items i ON i.id = si.item_id WHERE ",
                      item, ")))");
}

std::string UpdateSql(SqlParams& params, const Comparison& comparison) {
  const auto* kb = std::get_if<inventory::KbValue>(&comparison.value);
  if (kb == nullptr) return "i.kind IN (1, 2) AND i.kb IS NOT NULL";
  return absl::StrCat("i.kind IN (1, 2) AND lower(i.kb) = lower(", params.Bind(kb->kb, "text"),
                      ")");
}

std::string PackageSql(SqlParams& params, const Comparison& comparison) {
  const auto* pattern = std::get_if<StringPattern>(&comparison.value);
  if (pattern == nullptr) return "i.kind = 2";
  const std::string like = params.Bind(LikePattern(*pattern, false), "text");
  return absl::StrCat("i.kind = 2 AND (lower(i.identity) LIKE lower(", like,
                      ") OR lower(i.name) LIKE lower(", like, "))");
}

std::string CatalogSql(SqlParams& params, const Comparison& comparison) {
  const auto* digest = std::get_if<Digest>(&comparison.value);
  if (digest == nullptr) return "i.kind = 3";
  return absl::StrCat("i.kind = 3 AND i.sha256 = ", params.BindBytes(digest->view()));
}

// What a log had recorded by the moment, or a catalog that fails by then.
std::string HresultSql(SqlParams& params, const Comparison& comparison, const Moment& moment) {
  const auto* code = std::get_if<uint32_t>(&comparison.value);
  const std::string is =
      code == nullptr ? "<> 0" : absl::StrCat("= ", params.Bind(absl::StrCat(*code), "bigint"));
  const std::string at = params.BindTime(moment.time);
  const std::string recorded = moment.as_of ? absl::StrCat(" AND mi.first_seen <= ", at) : "";
  return absl::StrCat(
      "m.id IN (SELECT mi.machine_id FROM machine_incidents mi JOIN signatures s ON s.id = "
      "mi.signature_id WHERE s.hresult ",
      is, recorded, ") OR ",
      HoldsItem(params,
                absl::StrCat("i.kind = 3 AND i.failure_hresult ", is,
                             " AND (i.breaks_at IS NULL OR i.breaks_at <= ", at, ")"),
                moment));
}

std::string VerdictSql(SqlParams& params, const Comparison& comparison) {
  const auto* value = std::get_if<inventory::EnumValue>(&comparison.value);
  if (value == nullptr) return "true";
  int rank = 0;
  for (size_t i = 0; i < std::size(kStates); ++i) {
    if (v1::Verdict::State_Name(kStates[i]) == value->name) rank = static_cast<int>(i) + 1;
  }
  return absl::StrCat(kRankSql, " = ", params.Bind(absl::StrCat(rank), "integer"));
}

std::string PositiveSql(SqlParams& params, const Comparison& comparison, const Moment& moment) {
  const std::string& field = comparison.field;
  if (auto it = TextColumns().find(field); it != TextColumns().end()) {
    return TextSql(params, it->second, comparison);
  }
  if (auto it = TimeColumns().find(field); it != TimeColumns().end()) {
    return TimeSql(params, it->second, comparison);
  }
  if (field == "verdict") return VerdictSql(params, comparison);
  if (field == "update") return HoldsItem(params, UpdateSql(params, comparison), moment);
  if (field == "package") return HoldsItem(params, PackageSql(params, comparison), moment);
  if (field == "catalog") return HoldsItem(params, CatalogSql(params, comparison), moment);
  if (field == "hresult") return HresultSql(params, comparison, moment);
  const auto* id = std::get_if<Digest>(&comparison.value);
  return id == nullptr ? "true" : absl::StrCat("m.id = ", params.BindBytes(id->view()));
}

bool MentionsRule(const FilterExpression& filter) {
  if (filter.kind == FilterExpression::Kind::kComparison) return filter.comparison.field == "rule";
  for (const FilterExpression& operand : filter.operands) {
    if (MentionsRule(operand)) return true;
  }
  return false;
}

absl::Status NameRule(std::string& rule, const std::string& name) {
  if (!rule.empty() && !absl::EqualsIgnoreCase(rule, name)) {
    return absl::InvalidArgumentError(
        absl::StrCat("the verdicts of one rule can be asked for at a time, and both ", rule,
                     " and ", name, " are named"));
  }
  rule = name;
  return absl::OkStatus();
}

// An AND of nothing always holds.
bool AlwaysHolds(const FilterExpression& filter) {
  return filter.kind == FilterExpression::Kind::kAnd && filter.operands.empty();
}

// Of a chain of ANDs; a comparison that was taken becomes an AND of nothing, and goes from the
// chain.
absl::Status TakeRuleInto(FilterExpression& filter, std::string& rule) {
  if (filter.kind == FilterExpression::Kind::kAnd) {
    auto& operands = filter.operands;
    for (FilterExpression& operand : operands) {
      if (absl::Status status = TakeRuleInto(operand, rule); !status.ok()) return status;
    }
    operands.erase(std::remove_if(operands.begin(), operands.end(), AlwaysHolds), operands.end());
    return absl::OkStatus();
  }
  if (!MentionsRule(filter)) return absl::OkStatus();
  const auto* name = std::get_if<StringPattern>(&filter.comparison.value);
  if (filter.kind == FilterExpression::Kind::kComparison && name != nullptr &&
      filter.comparison.comparator == Comparator::kEqual && !name->has_wildcard()) {
    const std::string named = name->parts.front();
    filter = FilterExpression();
    return NameRule(rule, named);
  }
  return absl::InvalidArgumentError(
      "rule says whose verdict is meant and holds for the whole filter: write rule = \"…\" AND "
      "the other conditions");
}

}  // namespace

std::string SqlParams::Bind(absl::string_view value, absl::string_view type) {
  values_.push_back(StorableText(value, 16'384));
  return absl::StrCat("$", values_.size(), "::", type);
}

std::string SqlParams::BindTime(absl::Time time) {
  return Bind(absl::FormatTime(absl::RFC3339_full, StorableTime(time), absl::UTCTimeZone()),
              "timestamptz");
}

std::string SqlParams::BindBytes(absl::string_view bytes) {
  return Bind(absl::StrCat("\\x", absl::BytesToHexString(bytes)), "bytea");
}

v1::Verdict::State StateOfRank(int rank) { return kStates[rank - 1]; }

std::string StandsSql(SqlParams& params, absl::string_view row, const Moment& moment) {
  if (!moment.as_of) return absl::StrCat(row, "valid_to IS NULL");
  const std::string at = params.BindTime(moment.time);
  return absl::StrCat(row, "valid_from <= ", at, " AND (", row, "valid_to IS NULL OR ", row,
                      "valid_to > ", at, ")");
}

std::string MachineSource(SqlParams& params, const std::string& rule, const Moment& moment) {
  const std::string at = params.BindTime(moment.time);
  const std::string of_rule =
      rule.empty() ? "" : absl::StrCat(" AND lower(rule) = lower(", params.Bind(rule, "text"), ")");
  return absl::StrCat("machines m ", moment.as_of ? "" : "LEFT ",
                      "JOIN (SELECT machine_id, min(verdict_rank(state, breaks_at, ", at,
                      ")) AS rank, min(breaks_at) AS breaks_at FROM verdicts WHERE ",
                      StandsSql(params, "", moment), of_rule,
                      " GROUP BY machine_id) v ON v.machine_id = m.id");
}

std::string ConditionSql(SqlParams& params, const FilterExpression& filter, const Moment& moment) {
  switch (filter.kind) {
    case FilterExpression::Kind::kComparison: {
      const bool negated = filter.comparison.comparator == Comparator::kNotEqual;
      return absl::StrCat(negated ? "NOT " : "", "coalesce((",
                          PositiveSql(params, filter.comparison, moment), "), false)");
    }
    case FilterExpression::Kind::kNot:
      return absl::StrCat("NOT (", ConditionSql(params, filter.operands.front(), moment), ")");
    default: {
      if (filter.operands.empty()) return "true";
      std::vector<std::string> operands;
      for (const FilterExpression& operand : filter.operands) {
        operands.push_back(absl::StrCat("(", ConditionSql(params, operand, moment), ")"));
      }
      return absl::StrJoin(operands,
                           filter.kind == FilterExpression::Kind::kAnd ? " AND " : " OR ");
    }
  }
}

absl::StatusOr<std::string> TakeRule(FilterExpression& filter, const std::string& requested) {
  std::string rule = requested;
  if (absl::Status status = TakeRuleInto(filter, rule); !status.ok()) return status;
  return rule;
}

}  // namespace muster::store
