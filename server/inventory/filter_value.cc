#include "server/inventory/filter_value.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace muster::inventory {
namespace {

using Value = decltype(Comparison::value);

absl::Status NotA(const FieldSchema& field, const WrittenValue& written,
                  const std::string& expected) {
  return absl::InvalidArgumentError(
      absl::StrCat("'", written.text, "' is no value of ", field.name, ": write ", expected));
}

absl::StatusOr<Value> ReadEnum(const FieldSchema& field, const WrittenValue& written) {
  const std::string name = absl::AsciiStrToUpper(written.text);
  if (std::find(field.values.begin(), field.values.end(), name) == field.values.end()) {
    return NotA(field, written, absl::StrCat("one of ", absl::StrJoin(field.values, ", ")));
  }
  return Value(EnumValue{name});
}

absl::StatusOr<Value> ReadTimestamp(const FieldSchema& field, const WrittenValue& written) {
  const char* expected = "a time such as 2013-07-01T09:00:00Z or a day such as 2013-07-01";
  if (written.text.empty() || !absl::ascii_isdigit(written.text[0])) {
    return NotA(field, written, expected);  // absl reads "infinite-future" too
  }
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, written.text, &time, &error) &&
      !absl::ParseTime("%E4Y-%m-%d", written.text, &time, &error)) {
    return NotA(field, written, expected);
  }
  const absl::Time first = absl::FromCivil(absl::CivilYear(1), absl::UTCTimeZone());
  const absl::Time end = absl::FromCivil(absl::CivilYear(10000), absl::UTCTimeZone());
  if (time < first || time >= end) return NotA(field, written, "a time of the years 1 to 9999");
  return Value(time);
}

absl::StatusOr<Value> ReadHresult(const FieldSchema& field, const WrittenValue& written) {
  const std::string& text = written.text;
  uint32_t code = 0;
  int64_t decimal = 0;
  if (absl::StartsWithIgnoreCase(text, "0x") && absl::SimpleHexAtoi(text, &code)) {
    return Value(code);
  }
  if (absl::SimpleAtoi(text, &decimal) && decimal >= std::numeric_limits<int32_t>::min() &&
      decimal <= std::numeric_limits<uint32_t>::max()) {
    return Value(static_cast<uint32_t>(decimal));
  }
  return NotA(field, written, "a code such as 0x800B0101, 2148204801 or -2146762495");
}

absl::StatusOr<Value> ReadKb(const FieldSchema& field, const WrittenValue& written) {
  constexpr size_t kMaxDigits = 10;
  absl::string_view digits = written.text;
  if (absl::StartsWithIgnoreCase(digits, "KB")) digits.remove_prefix(2);
  if (digits.empty() || digits.size() > kMaxDigits ||
      !std::all_of(digits.begin(), digits.end(), [](char c) { return absl::ascii_isdigit(c); })) {
    return NotA(field, written, "a KB such as KB2705219");
  }
  return Value(KbValue{absl::StrCat("KB", digits)});
}

}  // namespace

absl::StatusOr<Value> ReadValue(const FieldSchema& field, const WrittenValue& written) {
  switch (field.type) {
    case FieldType::kEnum:
      return ReadEnum(field, written);
    case FieldType::kString:
      return Value(written.pattern);
    case FieldType::kTimestamp:
      return ReadTimestamp(field, written);
    case FieldType::kHresult:
      return ReadHresult(field, written);
    case FieldType::kDigest: {
      auto digest = Digest::FromHex(written.text);
      if (!digest.ok()) return NotA(field, written, "64 hexadecimal digits");
      return Value(*digest);
    }
    case FieldType::kKb:
      return ReadKb(field, written);
  }
  return absl::InternalError(absl::StrCat("field ", field.name, " has no type"));
}

}  // namespace muster::inventory
