// Numbers and text of registry values, with a complaint where one is of another type. Pure.
#ifndef MUSTER_AGENT_SERVICING_CBS_REGISTRY_REGISTRY_VALUE_H_
#define MUSTER_AGENT_SERVICING_CBS_REGISTRY_REGISTRY_VALUE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "agent/servicing/cbs_registry/cbs_registry.h"

namespace muster::servicing {

// Type codes of winnt.h.
inline constexpr uint32_t kRegSz = 1;
inline constexpr uint32_t kRegExpandSz = 2;
inline constexpr uint32_t kRegDword = 4;

// INVALID_ARGUMENT where it is no REG_DWORD of four bytes.
absl::StatusOr<uint32_t> DwordOf(const RegistryValueView& value);

// REG_SZ and REG_EXPAND_SZ, up to the first NUL, as UTF-8; a half surrogate becomes U+FFFD.
// INVALID_ARGUMENT for other types, an odd length, and more than 32 KiB.
absl::StatusOr<std::string> TextOf(const RegistryValueView& value);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_REGISTRY_REGISTRY_VALUE_H_
