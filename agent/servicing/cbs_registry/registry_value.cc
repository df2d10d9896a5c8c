#include "agent/servicing/cbs_registry/registry_value.h"

#include <iterator>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/servicing/catalog/der.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxTextBytes = 32 * 1024;

std::string TypeName(uint32_t type) {
  constexpr absl::string_view kNames[] = {"REG_NONE",
                                          "REG_SZ",
                                          "REG_EXPAND_SZ",
                                          "REG_BINARY",
                                          "REG_DWORD",
                                          "REG_DWORD_BIG_ENDIAN",
                                          "REG_LINK",
                                          "REG_MULTI_SZ",
                                          "REG_RESOURCE_LIST",
                                          "REG_FULL_RESOURCE_DESCRIPTOR",
                                          "REG_RESOURCE_REQUIREMENTS_LIST",
                                          "REG_QWORD"};
  if (type < std::size(kNames)) return std::string(kNames[type]);
  return absl::StrCat("type ", type);
}

absl::Status WrongValue(const RegistryValueView& value, absl::string_view wanted) {
  return absl::InvalidArgumentError(absl::StrCat(absl::CHexEscape(value.name.substr(0, 64)),
                                                 " is a ", TypeName(value.type), " of ",
                                                 value.bytes.size(), " bytes; expected ", wanted));
}

}  // namespace

absl::StatusOr<uint32_t> DwordOf(const RegistryValueView& value) {
  if (value.type != kRegDword || value.bytes.size() != 4) {
    return WrongValue(value, "a REG_DWORD of 4 bytes");
  }
  uint32_t number = 0;
  for (size_t i = 4; i-- > 0;) number = number << 8 | static_cast<uint8_t>(value.bytes[i]);
  return number;
}

absl::StatusOr<std::string> TextOf(const RegistryValueView& value) {
  const bool text = value.type == kRegSz || value.type == kRegExpandSz;
  if (!text || value.bytes.size() % 2 != 0 || value.bytes.size() > kMaxTextBytes) {
    return WrongValue(value, "a REG_SZ of at most 32 KiB, two bytes a character");
  }
  return Utf16LeText(value.bytes);
}

}  // namespace muster::servicing
