#include "agent/host/windows/restart.h"

#include <windows.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/kernel_handle.h"
#include "agent/host/windows/text.h"
#include "common/windows_error.h"

namespace muster::host {
namespace {

constexpr absl::Duration kMaxNotice = absl::Hours(24 * 365);  // Windows takes ten years
constexpr size_t kMaxMessageUnits = 512;                      // as shutdown.exe has it

// Not in the SDK's headers. Source: ReactOS and the Windows Research Kernel, "ntexapi.h".
struct SystemTimeOfDay {
  LARGE_INTEGER boot_time;
  LARGE_INTEGER current_time;
  LARGE_INTEGER time_zone_bias;
  ULONG time_zone_id;
  ULONG reserved;
  ULONGLONG boot_time_bias;
  ULONGLONG sleep_time_bias;
};
constexpr int kSystemTimeOfDayInformation = 3;

// A privilege of this program, switched on while this lives.
class Privilege {
 public:
  explicit Privilege(const wchar_t* name) : token_(OpenToken()) {
    TOKEN_PRIVILEGES wanted{};
    wanted.PrivilegeCount = 1;
    wanted.Privileges[0].Attributes = SE_PRIVILEGE_ENABLED;
    DWORD size = sizeof(before_);
    if (!token_.valid() || !LookupPrivilegeValueW(nullptr, name, &wanted.Privileges[0].Luid) ||
        !AdjustTokenPrivileges(token_.get(), FALSE, &wanted, sizeof(before_), &before_, &size)) {
      error_ = GetLastError();
      return;
    }
    error_ = GetLastError();  // ERROR_NOT_ALL_ASSIGNED: the user does not have it
  }
  ~Privilege() {
    if (error_ == 0) {
      AdjustTokenPrivileges(token_.get(), FALSE, &before_, 0, nullptr, nullptr);
    }
  }
  Privilege(const Privilege&) = delete;
  Privilege& operator=(const Privilege&) = delete;

  DWORD error() const { return error_; }

 private:
  static HANDLE OpenToken() {
    HANDLE token = nullptr;
    OpenProcessToken(GetCurrentProcess(), TOKEN_ADJUST_PRIVILEGES | TOKEN_QUERY, &token);
    return token;
  }

  const KernelHandle token_;
  TOKEN_PRIVILEGES before_{};
  DWORD error_ = 0;
};

}  // namespace

// Not PrefetchParameters\BootId: it is counted some time after the start, and not at all where
// prefetching is off, as Windows 7 has it on many solid state disks. Not the time since the start:
// it drifts against the clock. Setting the clock moves the kernel's boot time, and by as much the
// bias beside it; their difference stays, to 100 nanoseconds.
absl::StatusOr<std::string> ReadBoot() {
  using NtQuerySystemInformation = LONG(WINAPI*)(int what, void* bytes, ULONG size, ULONG* needed);
  const HMODULE ntdll = GetModuleHandleW(L"ntdll.dll");
  // Through void*: the compiler rightly warns of casts between function types.
  const auto query = ntdll == nullptr
                         ? nullptr
                         : reinterpret_cast<NtQuerySystemInformation>(reinterpret_cast<void*>(
                               GetProcAddress(ntdll, "NtQuerySystemInformation")));
  SystemTimeOfDay time{};
  ULONG size = 0;
  if (query == nullptr || query(kSystemTimeOfDayInformation, &time, sizeof(time), &size) != 0 ||
      time.boot_time.QuadPart == 0) {
    return absl::InternalError("the kernel does not say when it was started");
  }
  return absl::StrCat(static_cast<uint64_t>(time.boot_time.QuadPart) - time.boot_time_bias);
}

absl::Status RestartWindows(absl::Duration notice, const std::string& message) {
  const Privilege privilege(L"SeShutdownPrivilege");
  if (privilege.error() == ERROR_NOT_ALL_ASSIGNED) {
    return absl::PermissionDeniedError("restarting Windows: this user may not");
  }
  if (privilege.error() != 0) {
    return WindowsErrorToStatus(privilege.error(), "getting the right to restart Windows");
  }
  std::wstring words = WideOf(message).substr(0, kMaxMessageUnits);
  if (!words.empty() && IS_HIGH_SURROGATE(words.back())) words.pop_back();
  const absl::Duration seconds =
      absl::Ceil(std::clamp(notice, absl::ZeroDuration(), kMaxNotice), absl::Seconds(1));
  if (!InitiateSystemShutdownExW(nullptr, words.data(),
                                 static_cast<DWORD>(absl::ToInt64Seconds(seconds)), TRUE, TRUE,
                                 SHTDN_REASON_FLAG_PLANNED | SHTDN_REASON_MAJOR_OPERATINGSYSTEM |
                                     SHTDN_REASON_MINOR_HOTFIX)) {
    return WindowsErrorToStatus(GetLastError(), "restarting Windows");
  }
  return absl::OkStatus();
}

}  // namespace muster::host
