// Packages as component based servicing keeps them in the registry:
// HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Component Based Servicing\Packages\<identity>.
// Values and their sources: docs/formats/cbs-registry.md. Pure.
#ifndef MUSTER_AGENT_SERVICING_CBS_REGISTRY_CBS_REGISTRY_H_
#define MUSTER_AGENT_SERVICING_CBS_REGISTRY_CBS_REGISTRY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace muster::servicing {

// CurrentState. Source: Microsoft, "Tip of the Day: CBS Servicing States Chart", 2015-10-12.
enum class CbsState : uint32_t {
  kAbsent = 0,
  kUninstallPending = 0x05,
  kResolving = 0x10,
  kResolved = 0x20,
  kStaging = 0x30,
  kStaged = 0x40,
  kSuperseded = 0x50,
  kInstallPending = 0x60,
  kPartiallyInstalled = 0x65,
  kInstalled = 0x70,
  kPermanent = 0x80,
};

// A state, and whether servicing has marked it as broken: such a state is kept as its negative
// (0xFFFFFF90, -112, is installed but broken).
struct CbsStateValue {
  CbsState state = CbsState::kAbsent;
  bool broken = false;

  bool operator==(const CbsStateValue&) const = default;
};

// INVALID_ARGUMENT, with the number, where it is no state.
absl::StatusOr<CbsStateValue> ReadCbsState(uint32_t value);

// "Installed", as Microsoft spells it.
absl::string_view CbsStateName(CbsState state);

// The files of a package in this state are in use: kInstalled, kPermanent, kPartiallyInstalled.
bool IsInstalled(CbsState state);

// One value of a key, as it lies in the registry. A view.
struct RegistryValueView {
  absl::string_view name;
  uint32_t type;  // REG_SZ 1, REG_DWORD 4, …
  absl::string_view bytes;
};

struct CbsPackageRecord {
  std::string identity;                // the key's name; agent/servicing/package reads it
  std::optional<CbsStateValue> state;  // none: not there, or no state
  // InstallTimeHigh and InstallTimeLow together; none where one is missing or both are 0.
  std::optional<absl::Time> install_time;
  std::string install_client;          // "WindowsUpdateAgent", "DISM Package Manager Provider"
  std::string install_name;            // "update.mum"
  std::string install_location;        // "\\?\C:\Windows\SoftwareDistribution\Download\…"
  std::string install_user;            // a SID
  std::optional<uint32_t> visibility;  // 1 shown, 2 hidden
  uint32_t last_error = 0;             // HRESULT; 0 where there is none
  // Values that are not what they should be: for a person, UTF-8, each with the value's name. What
  // they complain of counts as not there.
  std::vector<std::string> complaints;
};

// Never fails. Names are compared without regard to case; unknown ones are passed over.
CbsPackageRecord ReadCbsPackage(absl::string_view identity,
                                absl::Span<const RegistryValueView> values);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_REGISTRY_CBS_REGISTRY_H_
