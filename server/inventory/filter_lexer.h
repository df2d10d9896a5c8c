// A filter's text, read from left to right.
#ifndef MUSTER_SERVER_INVENTORY_FILTER_LEXER_H_
#define MUSTER_SERVER_INVENTORY_FILTER_LEXER_H_

#include <cstddef>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/inventory/filter.h"
#include "server/inventory/filter_value.h"

namespace muster::inventory {

// Refers to the text, which must outlive it. Not thread-safe.
class FilterLexer {
 public:
  explicit FilterLexer(absl::string_view text) : text_(text) {}

  // Skips blanks first, as all that follows does.
  bool AtEnd();
  // The next byte, 0 at the end.
  char Peek();
  // Takes `c` if it is next.
  bool Take(char c);
  // Takes the word AND, OR or NOT if it is next and is not the beginning of a longer one.
  bool TakeKeyword(absl::string_view keyword);

  // A field's name. INVALID_ARGUMENT where there is none.
  absl::StatusOr<std::string> Word();
  absl::StatusOr<Comparator> Operator();
  // A value in quotes, or everything up to a blank or a parenthesis.
  absl::StatusOr<WrittenValue> Value();

  size_t position();
  absl::Status Error(size_t position, const std::string& what) const;

 private:
  absl::StatusOr<WrittenValue> QuotedValue(char quote);
  absl::Status AddWildcard(size_t position, WrittenValue& value) const;
  void SkipBlanks();

  const absl::string_view text_;
  size_t at_ = 0;
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_FILTER_LEXER_H_
