#include "agent/host/windows/readiness.h"

#include <windows.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/cbs_packages.h"
#include "agent/host/windows/kernel_handle.h"
#include "agent/host/windows/os_facts.h"
#include "agent/host/windows/reboot_pending.h"
#include "agent/host/windows/registry.h"
#include "agent/host/windows/service_query.h"

namespace muster::host {
namespace {

std::optional<uint64_t> FreeDiskBytes() {
  wchar_t folder[MAX_PATH] = {};
  const UINT units = GetSystemWindowsDirectoryW(folder, MAX_PATH);
  if (units == 0 || units >= MAX_PATH) return std::nullopt;
  ULARGE_INTEGER available{};
  if (!GetDiskFreeSpaceExW(folder, &available, nullptr, nullptr)) return std::nullopt;
  return available.QuadPart;
}

std::optional<bool> OnBattery() {
  SYSTEM_POWER_STATUS power{};
  if (!GetSystemPowerStatus(&power) || power.ACLineStatus > 1) return std::nullopt;
  return power.ACLineStatus == 0;
}

// Windows Installer has the mutex while it works. Source: Microsoft, "_MSIExecute Mutex". Asked for
// and not taken: an installation that begins right now must not find it held.
bool InstallerBusy() {
  const KernelHandle mutex(OpenMutexW(SYNCHRONIZE, FALSE, L"Global\\_MSIExecute"));
  return mutex.valid() || GetLastError() == ERROR_ACCESS_DENIED;
}

// Whether a servicing session has the stack for itself.
bool SessionIsExclusive() {
  uint32_t error = 0;
  const std::optional<RegistryKey> key =
      RegistryKey::Open(absl::StrCat(kCbsKey, "\\SessionsPending"), RegistryView::k64Bit, error);
  if (!key) return false;
  const std::optional<RegistryValue> value = key->Value("Exclusive", sizeof(uint32_t), error);
  if (!value || value->type != REG_DWORD || value->bytes.size() != sizeof(uint32_t)) return false;
  uint32_t exclusive = 0;
  std::memcpy(&exclusive, value->bytes.data(), sizeof(exclusive));
  return exclusive != 0;
}

// The service alone says little: it stays for some minutes after its work.
bool ServicingBusy() {
  if (!ServiceRuns(L"TrustedInstaller")) return false;
  uint32_t error = 0;
  return SessionIsExclusive() || KeyExists(absl::StrCat(kCbsKey, "\\RebootInProgress"), error);
}

// File renames do not count: antivirus programs leave them often.
bool RestartPending() {
  MachineFacts facts;
  ReadRebootPending(facts);
  if (!facts.reboot_pending) return false;
  const RebootPending& pending = *facts.reboot_pending;
  return pending.cbs_reboot_pending || pending.cbs_reboot_in_progress ||
         pending.cbs_packages_pending || pending.windows_update_required;
}

std::string Architecture() {
  MachineFacts facts;
  ReadArchitecture(facts);
  return facts.architecture;
}

}  // namespace

Readiness ReadReadiness() {
  return {.free_disk_bytes = FreeDiskBytes(),
          .on_battery = OnBattery(),
          .installer_busy = InstallerBusy(),
          .servicing_busy = ServicingBusy(),
          .restart_pending = RestartPending(),
          .update_service_disabled = ServiceDisabled(L"wuauserv"),
          .architecture = Architecture()};
}

}  // namespace muster::host
