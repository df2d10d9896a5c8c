// Filters over machines, as operators write them (AIP-160; docs/filter.md is the reference), to a
// checked tree. Pure: no SQL here, whoever asks a database translates the tree with bound
// parameters.
#ifndef MUSTER_SERVER_INVENTORY_FILTER_H_
#define MUSTER_SERVER_INVENTORY_FILTER_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/digest.h"

namespace muster::inventory {

// What a filter may be at most; longer or deeper ones are INVALID_ARGUMENT.
inline constexpr size_t kMaxFilterBytes = 4096;
inline constexpr size_t kMaxFilterDepth = 32;
inline constexpr size_t kMaxFilterComparisons = 100;
inline constexpr size_t kMaxWildcards = 8;  // in one value

enum class FieldType {
  kEnum,       // one of FieldSchema::values
  kString,     // compared without regard to letter case
  kTimestamp,  // RFC 3339, or a date alone: its midnight in UTC
  kHresult,    // 0x800B0101, 2148204801 and -2146762495 are the same value
  kDigest,     // 64 hex digits
  kKb,         // "KB2705219", "2705219"
};

enum class Comparator {
  kEqual,           // =
  kNotEqual,        // !=: NOT (field = value)
  kLess,            // <
  kLessOrEqual,     // <=
  kGreater,         // >
  kGreaterOrEqual,  // >=
  // : A string contains this text, another field has this value; "field:*" holds where the field is
  // not empty.
  kHas,
};

// "=", "!=", …
absl::string_view ComparatorText(Comparator comparator);

// A field that a filter may name.
struct FieldSchema {
  std::string name;
  FieldType type;
  std::vector<std::string> values;  // kEnum: the allowed ones, upper case
  std::vector<Comparator> comparators;
  // A machine has several values of it (update, catalog): a comparison holds if it holds for one of
  // them.
  bool repeated = false;
};

// A string with wildcards: the texts between its '*', which stand for any text. One part is an
// exact value; {"A", ""} is "A*", {"", "x", ""} is "*x*". Never empty, at most kMaxWildcards + 1
// parts.
struct StringPattern {
  std::vector<std::string> parts;

  bool has_wildcard() const { return parts.size() > 1; }
  bool operator==(const StringPattern&) const = default;
};

// "field:*".
struct AnyValue {
  bool operator==(const AnyValue&) const = default;
};

// An enum's value in upper case.
struct EnumValue {
  std::string name;
  bool operator==(const EnumValue&) const = default;
};

// A KB with its prefix: "KB2705219".
struct KbValue {
  std::string kb;
  bool operator==(const KbValue&) const = default;
};

// ParseFilter gives only a few forms: != becomes kNot over kEqual, : with a value becomes kEqual (a
// string's with a wildcard on each side), so that kHas goes with AnyValue alone.
struct Comparison {
  std::string field;
  FieldType type = FieldType::kString;
  Comparator comparator = Comparator::kEqual;
  // AnyValue, or by type: EnumValue, StringPattern, absl::Time, uint32_t (an HRESULT), Digest,
  // KbValue.
  std::variant<AnyValue, EnumValue, StringPattern, absl::Time, uint32_t, Digest, KbValue> value;
};

// A filter's tree. A plain value.
struct FilterExpression {
  enum class Kind {
    kAnd,         // all of `operands`; with none of them it holds for every machine
    kOr,          // any of `operands`; two or more
    kNot,         // not `operands[0]`
    kComparison,  // `comparison`
  };
  Kind kind = Kind::kAnd;
  std::vector<FilterExpression> operands;
  Comparison comparison;
};

// The fields of a machine: what docs/filter.md lists.
const std::vector<FieldSchema>& MachineFields();

// Reads a filter over `fields`; `text` is UTF-8, as a proto3 string always is. An empty one matches
// everything. INVALID_ARGUMENT says at which byte (counted from 1) what is wrong: an unknown field
// and those there are, a value that is not of the field's type, an operator that the field does not
// have, a bound that was passed.
absl::StatusOr<FilterExpression> ParseFilter(absl::string_view text,
                                             absl::Span<const FieldSchema> fields);

// The filter back as text, fully parenthesized: for messages and tests.
std::string FilterText(const FilterExpression& expression);

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_FILTER_H_
