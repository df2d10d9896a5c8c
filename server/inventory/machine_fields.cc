#include "server/inventory/filter.h"

namespace muster::inventory {
const std::vector<FieldSchema>& MachineFields() {
  using enum Comparator;
  static const std::vector<Comparator> kSame = {kEqual, kNotEqual};
  static const std::vector<Comparator> kText = {kEqual, kNotEqual, kHas};
  static const std::vector<Comparator> kOrdered = {kEqual,   kNotEqual,       kLess, kLessOrEqual,
                                                   kGreater, kGreaterOrEqual, kHas};
  static const auto& fields = *new std::vector<FieldSchema>{
      {"verdict",
       FieldType::kEnum,
       {"AFFECTED", "AT_RISK", "REMEDIATING", "FIXED", "CLEAN", "UNKNOWN"},
       kSame},
      {"rule", FieldType::kString, {}, {kEqual}},
      {"name", FieldType::kString, {}, kText},
      {"id", FieldType::kDigest, {}, kSame},
      {"site", FieldType::kString, {}, kText},
      {"domain", FieldType::kString, {}, kText},
      {"organizational_unit", FieldType::kString, {}, kText},
      {"os", FieldType::kString, {}, kText},
      {"os_version", FieldType::kString, {}, kText},
      {"architecture", FieldType::kString, {}, kText},
      {"update", FieldType::kKb, {}, kText, true},
      {"package", FieldType::kString, {}, kText, true},
      {"catalog", FieldType::kDigest, {}, kText, true},
      {"hresult", FieldType::kHresult, {}, kText, true},
      {"breaks_at", FieldType::kTimestamp, {}, kOrdered},
      {"last_seen", FieldType::kTimestamp, {}, kOrdered},
      {"enrolled_at", FieldType::kTimestamp, {}, kOrdered},
  };
  return fields;
}

}  // namespace muster::inventory
