#include "agent/host/windows/os_facts.h"

#include <windows.h>

#include "absl/time/clock.h"
#include "agent/host/windows/machine_identity.h"
#include "agent/host/windows/text.h"

namespace muster::host {

uint32_t ReadVersion(MachineFacts& facts) {
  // GetVersionEx says what a program's manifest makes it say; ntdll's own function does not.
  using RtlGetVersion = LONG(WINAPI*)(RTL_OSVERSIONINFOW*);
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  if (ntdll == nullptr) return GetLastError();
  // Through void*: the compiler rightly warns of casts between function types.
  const auto get_version = reinterpret_cast<RtlGetVersion>(
      reinterpret_cast<void*>(GetProcAddress(ntdll, "RtlGetVersion")));
  if (get_version == nullptr) return GetLastError();
  RTL_OSVERSIONINFOEXW version{};
  version.dwOSVersionInfoSize = sizeof(version);
  if (get_version(reinterpret_cast<RTL_OSVERSIONINFOW*>(&version)) != 0) {
    return ERROR_GEN_FAILURE;
  }
  facts.major = version.dwMajorVersion;
  facts.minor = version.dwMinorVersion;
  facts.build = version.dwBuildNumber;
  facts.service_pack = version.wServicePackMajor;
  facts.product_type = version.wProductType;
  return 0;
}

uint32_t ReadArchitecture(MachineFacts& facts) {
  constexpr WORD kArm64 = 12;  // PROCESSOR_ARCHITECTURE_ARM64, newer than Windows 7's headers
  SYSTEM_INFO system{};
  GetNativeSystemInfo(&system);
  switch (system.wProcessorArchitecture) {
    case PROCESSOR_ARCHITECTURE_AMD64:
      facts.architecture = "amd64";
      break;
    case PROCESSOR_ARCHITECTURE_INTEL:
      facts.architecture = "x86";
      break;
    case PROCESSOR_ARCHITECTURE_IA64:
      facts.architecture = "ia64";
      break;
    case kArm64:
      facts.architecture = "arm64";
      break;
    default:
      return ERROR_NOT_SUPPORTED;
  }
  BOOL wow64 = FALSE;
  if (!IsWow64Process(GetCurrentProcess(), &wow64)) return GetLastError();
  facts.wow64 = wow64 != FALSE;
  return 0;
}

uint32_t ReadLanguage(MachineFacts& facts) {
  wchar_t name[LOCALE_NAME_MAX_LENGTH] = {};
  const LCID locale = MAKELCID(GetSystemDefaultUILanguage(), SORT_DEFAULT);
  if (LCIDToLocaleName(locale, name, LOCALE_NAME_MAX_LENGTH, 0) == 0) return GetLastError();
  facts.ui_language = Utf8Of(name);
  return 0;
}

uint32_t ReadClock(MachineFacts& facts) {
  DYNAMIC_TIME_ZONE_INFORMATION zone{};
  const DWORD season = GetDynamicTimeZoneInformation(&zone);
  if (season == TIME_ZONE_ID_INVALID) return GetLastError();
  // Bias is UTC minus local time, in minutes.
  LONG bias = zone.Bias;
  if (season == TIME_ZONE_ID_DAYLIGHT) bias += zone.DaylightBias;
  if (season == TIME_ZONE_ID_STANDARD) bias += zone.StandardBias;
  facts.clock = MachineClock{.now = absl::Now(),
                             .utc_offset = -absl::Minutes(bias),
                             .time_zone_key_name = Utf8Of(zone.TimeZoneKeyName),
                             .since_boot = absl::Milliseconds(GetTickCount64())};
  return 0;
}

uint32_t ReadComputerName(MachineFacts& facts) {
  wchar_t name[256] = {};  // a DNS label has at most 63 bytes
  DWORD units = 256;
  if (!GetComputerNameExW(ComputerNamePhysicalDnsHostname, name, &units)) return GetLastError();
  facts.computer_name = Utf8Of({name, units});
  return 0;
}

uint32_t ReadSmbiosUuid(MachineFacts& facts) {
  constexpr DWORD kRawSmbios = 0x52534D42;  // 'RSMB'
  constexpr UINT kMaxTableBytes = 1024 * 1024;
  const UINT size = GetSystemFirmwareTable(kRawSmbios, 0, nullptr, 0);
  if (size == 0) return GetLastError() == 0 ? ERROR_NOT_FOUND : GetLastError();
  if (size > kMaxTableBytes) return ERROR_MORE_DATA;
  std::string table(size, '\0');
  const UINT written = GetSystemFirmwareTable(kRawSmbios, 0, table.data(), size);
  if (written == 0) return GetLastError();
  if (written > size) return ERROR_MORE_DATA;
  table.resize(written);
  const absl::StatusOr<std::string> uuid = SmbiosUuid(table);
  if (!uuid.ok()) return absl::IsNotFound(uuid.status()) ? ERROR_NOT_FOUND : ERROR_INVALID_DATA;
  facts.smbios_uuid = *uuid;
  return 0;
}

}  // namespace muster::host
