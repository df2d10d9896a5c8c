#include "server/inventory/filter_lexer.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace muster::inventory {
namespace {

bool IsWordByte(char c) { return absl::ascii_isalnum(c) || c == '_' || c == '.'; }

void AddByte(char c, WrittenValue& value) {
  value.text.push_back(c);
  value.pattern.parts.back().push_back(c);
}

}  // namespace

void FilterLexer::SkipBlanks() {
  while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
}

bool FilterLexer::AtEnd() {
  SkipBlanks();
  return at_ == text_.size();
}

char FilterLexer::Peek() { return AtEnd() ? '\0' : text_[at_]; }

bool FilterLexer::Take(char c) {
  if (AtEnd() || text_[at_] != c) return false;
  ++at_;
  return true;
}

bool FilterLexer::TakeKeyword(absl::string_view keyword) {
  SkipBlanks();
  if (!absl::StartsWith(text_.substr(at_), keyword)) return false;
  const size_t end = at_ + keyword.size();
  if (end < text_.size() && IsWordByte(text_[end])) return false;
  at_ = end;
  return true;
}

size_t FilterLexer::position() {
  SkipBlanks();
  return at_;
}

absl::Status FilterLexer::Error(size_t position, const std::string& what) const {
  return absl::InvalidArgumentError(absl::StrCat("filter, byte ", position + 1, ": ", what));
}

absl::StatusOr<std::string> FilterLexer::Word() {
  const size_t begin = position();
  while (at_ < text_.size() && IsWordByte(text_[at_])) ++at_;
  if (at_ == begin) return Error(begin, "a field name is expected here");
  return std::string(text_.substr(begin, at_ - begin));
}

absl::StatusOr<Comparator> FilterLexer::Operator() {
  static constexpr std::pair<const char*, Comparator> kOperators[] = {
      {"!=", Comparator::kNotEqual},
      {"<=", Comparator::kLessOrEqual},
      {">=", Comparator::kGreaterOrEqual},
      {"=", Comparator::kEqual},
      {"<", Comparator::kLess},
      {">", Comparator::kGreater},
      {":", Comparator::kHas}};
  const size_t begin = position();
  for (const auto& [text, comparator] : kOperators) {
    if (!absl::StartsWith(text_.substr(at_), text)) continue;
    at_ += absl::string_view(text).size();
    return comparator;
  }
  return Error(begin, "an operator is expected here: = != < <= > >= :");
}

absl::StatusOr<WrittenValue> FilterLexer::Value() {
  const size_t begin = position();
  const char first = Peek();
  if (first == '"' || first == '\'') return QuotedValue(first);
  WrittenValue value{"", {{""}}};
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (absl::ascii_isspace(c) || c == '(' || c == ')') break;
    if (c == '"' || c == '\'') return Error(at_, "a quote within a value: quote the whole value");
    if (c != '*') {
      AddByte(c, value);
    } else if (absl::Status status = AddWildcard(at_, value); !status.ok()) {
      return status;
    }
  }
  if (value.text.empty() || value.text == "AND" || value.text == "OR" || value.text == "NOT") {
    return Error(begin, "a value is expected here; one that is empty or a keyword goes in quotes");
  }
  return value;
}

absl::StatusOr<WrittenValue> FilterLexer::QuotedValue(char quote) {
  const size_t begin = at_++;
  WrittenValue value{"", {{""}}};
  for (; at_ < text_.size(); ++at_) {
    const char c = text_[at_];
    if (c == quote) {
      ++at_;
      return value;
    }
    if (c == '\\') {
      const char escaped = ++at_ < text_.size() ? text_[at_] : '\0';
      if (absl::string_view("\\\"'*").find(escaped) == absl::string_view::npos) {
        return Error(at_ - 1, "a backslash stands before \\, \", ' or * only");
      }
      AddByte(escaped, value);
    } else if (c != '*') {
      AddByte(c, value);
    } else if (absl::Status status = AddWildcard(at_, value); !status.ok()) {
      return status;
    }
  }
  return Error(begin, "this quote is never closed");
}

absl::Status FilterLexer::AddWildcard(size_t position, WrittenValue& value) const {
  auto& parts = value.pattern.parts;
  value.text.push_back('*');
  if (parts.size() > 1 && parts.back().empty()) return absl::OkStatus();  // "**" is "*"
  if (parts.size() > kMaxWildcards) {
    return Error(position, absl::StrCat("more than ", kMaxWildcards, " wildcards in one value"));
  }
  parts.emplace_back();
  return absl::OkStatus();
}

}  // namespace muster::inventory
