#include "agent/host/windows/service_query.h"

#include <windows.h>

namespace muster::host {
namespace {

// A service, open for one kind of question. Owns both handles.
class OpenedService {
 public:
  OpenedService(const wchar_t* name, DWORD access)
      : manager_(OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT)) {
    if (manager_ == nullptr) return;
    service_ = OpenServiceW(manager_, name, access);
    not_there_ = service_ == nullptr && GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST;
  }
  ~OpenedService() {
    if (service_ != nullptr) CloseServiceHandle(service_);
    if (manager_ != nullptr) CloseServiceHandle(manager_);
  }
  OpenedService(const OpenedService&) = delete;
  OpenedService& operator=(const OpenedService&) = delete;

  SC_HANDLE get() const { return service_; }
  bool not_there() const { return not_there_; }

 private:
  SC_HANDLE manager_;
  SC_HANDLE service_ = nullptr;
  bool not_there_ = false;
};

}  // namespace

bool ServiceRuns(const wchar_t* name) {
  const OpenedService service(name, SERVICE_QUERY_STATUS);
  if (service.get() == nullptr) return false;
  SERVICE_STATUS_PROCESS status{};
  DWORD needed = 0;
  if (!QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status),
                            sizeof(status), &needed)) {
    return false;
  }
  return status.dwCurrentState == SERVICE_RUNNING || status.dwCurrentState == SERVICE_START_PENDING;
}

bool ServiceDisabled(const wchar_t* name) {
  const OpenedService service(name, SERVICE_QUERY_CONFIG);
  if (service.not_there()) return true;
  if (service.get() == nullptr) return false;
  constexpr DWORD kMaxBytes = 8 * 1024;  // as QueryServiceConfig's page says
  alignas(QUERY_SERVICE_CONFIGW) BYTE bytes[kMaxBytes] = {};
  auto* const config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(bytes);
  DWORD needed = 0;
  return QueryServiceConfigW(service.get(), config, kMaxBytes, &needed) &&
         config->dwStartType == SERVICE_DISABLED;
}

}  // namespace muster::host
