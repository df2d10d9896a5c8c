#include "server/inventory/filter.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/inventory/filter_lexer.h"
#include "server/inventory/filter_value.h"

namespace muster::inventory {
namespace {

using Kind = FilterExpression::Kind;

FilterExpression Combine(Kind kind, std::vector<FilterExpression> operands) {
  if (operands.size() == 1 && kind != Kind::kNot) return std::move(operands.front());
  FilterExpression combined;
  combined.kind = kind;
  combined.operands = std::move(operands);
  return combined;
}

FilterExpression Not(FilterExpression negated) {
  if (negated.kind == Kind::kNot) {
    FilterExpression inner = std::move(negated.operands.front());
    return inner;
  }
  std::vector<FilterExpression> operands;
  operands.push_back(std::move(negated));
  return Combine(Kind::kNot, std::move(operands));
}

// Recursive descent over the grammar of AIP-160; depth is bounded by parentheses.
class Parser {
 public:
  Parser(absl::string_view text, absl::Span<const FieldSchema> fields)
      : lexer_(text), fields_(fields) {}

  absl::StatusOr<FilterExpression> Filter() {
    if (lexer_.AtEnd()) return FilterExpression();
    auto expression = Expression(0);
    if (!expression.ok()) return expression;
    if (!lexer_.AtEnd()) return lexer_.Error(lexer_.position(), "this ')' was never opened");
    return expression;
  }

 private:
  // factor { [AND] factor }, up to the end or a ')'.
  absl::StatusOr<FilterExpression> Expression(size_t depth) {
    std::vector<FilterExpression> factors;
    do {
      auto factor = Factor(depth);
      if (!factor.ok()) return factor;
      factors.push_back(*std::move(factor));
    } while (lexer_.TakeKeyword("AND") || (!lexer_.AtEnd() && lexer_.Peek() != ')'));
    return Combine(Kind::kAnd, std::move(factors));
  }

  // term { OR term }: OR binds tighter than AND.
  absl::StatusOr<FilterExpression> Factor(size_t depth) {
    std::vector<FilterExpression> terms;
    do {
      auto term = Term(depth);
      if (!term.ok()) return term;
      terms.push_back(*std::move(term));
    } while (lexer_.TakeKeyword("OR"));
    return Combine(Kind::kOr, std::move(terms));
  }

  // [NOT | -] ( "(" expression ")" | comparison ).
  absl::StatusOr<FilterExpression> Term(size_t depth) {
    const bool negated = lexer_.TakeKeyword("NOT") || lexer_.Take('-');
    const size_t begin = lexer_.position();
    auto term = lexer_.Take('(') ? Parenthesized(begin, depth + 1) : ReadComparison();
    if (!term.ok() || !negated) return term;
    return Not(*std::move(term));
  }

  absl::StatusOr<FilterExpression> Parenthesized(size_t begin, size_t depth) {
    if (depth > kMaxFilterDepth) {
      return lexer_.Error(begin, absl::StrCat("more than ", kMaxFilterDepth, " parentheses deep"));
    }
    auto expression = Expression(depth);
    if (expression.ok() && !lexer_.Take(')')) {
      return lexer_.Error(begin, "this '(' is never closed");
    }
    return expression;
  }

  absl::StatusOr<const FieldSchema*> Field() {
    const size_t begin = lexer_.position();
    auto name = lexer_.Word();
    if (!name.ok()) return name.status();
    for (const FieldSchema& field : fields_) {
      if (field.name == *name) return &field;
    }
    const std::string upper = absl::AsciiStrToUpper(*name);
    if (upper == "AND" || upper == "OR" || upper == "NOT") {
      return lexer_.Error(
          begin,
          absl::StrCat("a comparison is expected here, not '", *name,
                       "'; AND, OR and NOT are upper case and stand before or between them"));
    }
    return lexer_.Error(begin, absl::StrCat("there is no field '", *name, "'; there are ",
                                            absl::StrJoin(fields_, ", ", [](auto* out, auto& f) {
                                              absl::StrAppend(out, f.name);
                                            })));
  }

  absl::StatusOr<FilterExpression> ReadComparison() {
    const size_t begin = lexer_.position();
    if (++comparisons_ > kMaxFilterComparisons) {
      return lexer_.Error(begin, absl::StrCat("more than ", kMaxFilterComparisons, " comparisons"));
    }
    auto field = Field();
    if (!field.ok()) return field.status();
    const size_t operator_at = lexer_.position();
    auto comparator = lexer_.Operator();
    if (!comparator.ok()) return comparator.status();
    const auto& allowed = (*field)->comparators;
    if (std::find(allowed.begin(), allowed.end(), *comparator) == allowed.end()) {
      return lexer_.Error(
          operator_at,
          absl::StrCat("'", ComparatorText(*comparator), "' does not go with ", (*field)->name,
                       "; use ", absl::StrJoin(allowed, " ", [](auto* out, Comparator c) {
                         out->append(ComparatorText(c).data());
                       })));
    }
    const size_t value_at = lexer_.position();
    auto written = lexer_.Value();
    if (!written.ok()) return written.status();
    auto expression = Compare(**field, *comparator, *written);
    if (!expression.ok()) return lexer_.Error(value_at, std::string(expression.status().message()));
    return expression;
  }

  static absl::StatusOr<FilterExpression> Compare(const FieldSchema& field, Comparator comparator,
                                                  const WrittenValue& written) {
    FilterExpression expression;
    expression.kind = Kind::kComparison;
    Comparison& comparison = expression.comparison;
    comparison.field = field.name;
    comparison.type = field.type;
    comparison.comparator = comparator;
    if (comparator == Comparator::kHas && written.is_any()) return expression;
    auto value = ReadValue(field, written);
    if (!value.ok()) return value.status();
    comparison.value = *std::move(value);
    if (comparator == Comparator::kHas) {
      comparison.comparator = Comparator::kEqual;
      auto* pattern = std::get_if<StringPattern>(&comparison.value);
      if (pattern != nullptr && !pattern->has_wildcard() && !field.repeated) {
        pattern->parts = {"", pattern->parts.front(), ""};
      }
    }
    if (comparator != Comparator::kNotEqual) return expression;
    comparison.comparator = Comparator::kEqual;
    return Not(std::move(expression));
  }

  FilterLexer lexer_;
  const absl::Span<const FieldSchema> fields_;
  size_t comparisons_ = 0;
};

std::string Quoted(const StringPattern& pattern) {
  std::vector<std::string> parts;
  for (const std::string& part : pattern.parts) {
    std::string& escaped = parts.emplace_back();
    for (char c : part) {
      if (c == '"' || c == '\\' || c == '*') escaped.push_back('\\');
      escaped.push_back(c);
    }
  }
  return absl::StrCat("\"", absl::StrJoin(parts, "*"), "\"");
}

struct ValueText {
  std::string operator()(const AnyValue&) const { return "*"; }
  std::string operator()(const EnumValue& value) const { return value.name; }
  std::string operator()(const StringPattern& value) const { return Quoted(value); }
  std::string operator()(absl::Time value) const {
    return absl::FormatTime(absl::RFC3339_full, value, absl::UTCTimeZone());
  }
  std::string operator()(uint32_t value) const {
    return absl::StrCat(
        "0x", absl::AsciiStrToUpper(std::string(absl::StrCat(absl::Hex(value, absl::kZeroPad8)))));
  }
  std::string operator()(const Digest& value) const { return value.ToHex(); }
  std::string operator()(const KbValue& value) const { return value.kb; }
};

}  // namespace

absl::string_view ComparatorText(Comparator comparator) {
  switch (comparator) {
    case Comparator::kEqual:
      return "=";
    case Comparator::kNotEqual:
      return "!=";
    case Comparator::kLess:
      return "<";
    case Comparator::kLessOrEqual:
      return "<=";
    case Comparator::kGreater:
      return ">";
    case Comparator::kGreaterOrEqual:
      return ">=";
    case Comparator::kHas:
      break;
  }
  return ":";
}

absl::StatusOr<FilterExpression> ParseFilter(absl::string_view text,
                                             absl::Span<const FieldSchema> fields) {
  if (text.size() > kMaxFilterBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("filter: it has ", text.size(), " bytes, at most ", kMaxFilterBytes, " go"));
  }
  for (size_t i = 0; i < text.size(); ++i) {
    if (absl::ascii_iscntrl(text[i]) && !absl::ascii_isspace(text[i])) {
      return absl::InvalidArgumentError(absl::StrCat("filter, byte ", i + 1, ": a control byte"));
    }
  }
  return Parser(text, fields).Filter();
}

std::string FilterText(const FilterExpression& expression) {
  const auto& operands = expression.operands;
  if (expression.kind == Kind::kComparison) {
    const Comparison& comparison = expression.comparison;
    return absl::StrCat(comparison.field, " ", ComparatorText(comparison.comparator), " ",
                        std::visit(ValueText(), comparison.value));
  }
  if (expression.kind == Kind::kNot) return absl::StrCat("NOT ", FilterText(operands.front()));
  if (operands.empty()) return "";
  return absl::StrCat("(",
                      absl::StrJoin(operands, expression.kind == Kind::kAnd ? " AND " : " OR ",
                                    [](std::string* out, const FilterExpression& operand) {
                                      absl::StrAppend(out, FilterText(operand));
                                    }),
                      ")");
}

}  // namespace muster::inventory
