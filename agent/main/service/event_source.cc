#include "agent/main/service/event_source.h"

#include <windows.h>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/text.h"
#include "agent/main/service/program_path.h"
#include "common/windows_error.h"
#include "service_messages.h"

namespace muster::agent {
namespace {

constexpr wchar_t kSource[] = L"Muster agent";
constexpr wchar_t kKey[] =
    L"SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Muster agent";

struct Kind {
  DWORD message;
  WORD type;
};

Kind KindOf(ServiceEvent event) {
  switch (event) {
    case ServiceEvent::kStarted:
      return {MUSTER_STARTED, EVENTLOG_INFORMATION_TYPE};
    case ServiceEvent::kStopped:
      return {MUSTER_STOPPED, EVENTLOG_INFORMATION_TYPE};
    case ServiceEvent::kFailed:
      return {MUSTER_FAILED, EVENTLOG_ERROR_TYPE};
    case ServiceEvent::kHung:
      return {MUSTER_HUNG, EVENTLOG_ERROR_TYPE};
    case ServiceEvent::kConnected:
      return {MUSTER_CONNECTED, EVENTLOG_INFORMATION_TYPE};
    case ServiceEvent::kDisconnected:
      return {MUSTER_DISCONNECTED, EVENTLOG_WARNING_TYPE};
  }
  return {MUSTER_FAILED, EVENTLOG_ERROR_TYPE};
}

LSTATUS SetValue(HKEY key, const wchar_t* name, DWORD type, const void* bytes, size_t size) {
  return RegSetValueExW(key, name, 0, type, static_cast<const BYTE*>(bytes),
                        static_cast<DWORD>(size));
}

absl::Status Refused(LSTATUS error, absl::string_view doing) {
  return WindowsErrorToStatus(static_cast<uint32_t>(error),
                              absl::StrCat(doing, " the event source (run as administrator)"));
}

}  // namespace

absl::Status RegisterEventSource() {
  HKEY key = nullptr;
  LSTATUS error = RegCreateKeyExW(HKEY_LOCAL_MACHINE, kKey, 0, nullptr, 0, KEY_SET_VALUE, nullptr,
                                  &key, nullptr);
  if (error != ERROR_SUCCESS) return Refused(error, "registering");
  const std::wstring program = host::WideOf(ProgramPath());
  const DWORD types = EVENTLOG_ERROR_TYPE | EVENTLOG_WARNING_TYPE | EVENTLOG_INFORMATION_TYPE;
  error = SetValue(key, L"EventMessageFile", REG_EXPAND_SZ, program.c_str(),
                   (program.size() + 1) * sizeof(wchar_t));
  if (error == ERROR_SUCCESS) {
    error = SetValue(key, L"TypesSupported", REG_DWORD, &types, sizeof(types));
  }
  RegCloseKey(key);
  return error == ERROR_SUCCESS ? absl::OkStatus() : Refused(error, "registering");
}

absl::Status RemoveEventSource() {
  const LSTATUS error = RegDeleteKeyW(HKEY_LOCAL_MACHINE, kKey);
  if (error == ERROR_SUCCESS || error == ERROR_FILE_NOT_FOUND) return absl::OkStatus();
  return Refused(error, "removing");
}

void ReportServiceEvent(ServiceEvent event, const std::string& detail) {
  const HANDLE log = RegisterEventSourceW(nullptr, kSource);
  if (log == nullptr) return;
  const std::wstring text = host::WideOf(detail);
  const wchar_t* strings[] = {text.c_str()};
  const Kind kind = KindOf(event);
  ReportEventW(log, kind.type, 0, kind.message, nullptr, 1, 0, strings, nullptr);
  DeregisterEventSource(log);
}

}  // namespace muster::agent
