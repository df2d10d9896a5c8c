// The values of a filter's comparisons: from the text that was written to the field's type.
#ifndef MUSTER_SERVER_INVENTORY_FILTER_VALUE_H_
#define MUSTER_SERVER_INVENTORY_FILTER_VALUE_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/inventory/filter.h"

namespace muster::inventory {

// A value as it was written: its text without quotes and escapes, and the texts between its
// wildcards.
struct WrittenValue {
  std::string text;
  StringPattern pattern;

  // A wildcard and nothing else.
  bool is_any() const { return pattern == StringPattern{{"", ""}}; }
};

// INVALID_ARGUMENT says what a value of the field looks like.
absl::StatusOr<decltype(Comparison::value)> ReadValue(const FieldSchema& field,
                                                      const WrittenValue& written);

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_FILTER_VALUE_H_
