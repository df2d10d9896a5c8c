#include "agent/main/service/service_control.h"

#include <windows.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/text.h"
#include "agent/main/service/event_source.h"
#include "common/windows_error.h"

namespace muster::agent {
namespace {

constexpr wchar_t kDisplayName[] = L"Muster agent";
constexpr wchar_t kDescription[] =
    L"Reports this machine's updates, servicing packages and security catalogs to the company's "
    L"Muster server, and whether the list of updates can still be read.";
constexpr DWORD kPreshutdownMilliseconds = 10'000;
constexpr auto kPatience = std::chrono::seconds(30);
constexpr DWORD kPollMilliseconds = 200;
constexpr DWORD kStopHintMilliseconds = 10'000;

class ServiceHandle {
 public:
  explicit ServiceHandle(SC_HANDLE handle) : handle_(handle) {}
  ~ServiceHandle() {
    if (handle_ != nullptr) CloseServiceHandle(handle_);
  }
  ServiceHandle(ServiceHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  ServiceHandle& operator=(ServiceHandle&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  SC_HANDLE get() const { return handle_; }
  bool valid() const { return handle_ != nullptr; }

 private:
  SC_HANDLE handle_;
};

absl::Status Error(absl::string_view doing) {
  const DWORD error = GetLastError();
  if (error == ERROR_ACCESS_DENIED) {
    return absl::PermissionDeniedError(
        absl::StrCat(doing, " was refused: run this as administrator"));
  }
  if (error == ERROR_SERVICE_MARKED_FOR_DELETE) {
    return absl::FailedPreconditionError(
        absl::StrCat(doing,
                     ": the service is being removed; close the windows that show it, and "
                     "try again"));
  }
  return WindowsErrorToStatus(error, doing);
}

absl::StatusOr<ServiceHandle> OpenManager(DWORD access) {
  ServiceHandle manager(OpenSCManagerW(nullptr, nullptr, access));
  if (!manager.valid()) return Error("opening the service control manager");
  return manager;
}

// NOT_FOUND where it is not installed.
absl::StatusOr<ServiceHandle> OpenInstalled(DWORD access) {
  auto manager = OpenManager(SC_MANAGER_CONNECT);
  if (!manager.ok()) return manager.status();
  ServiceHandle service(OpenServiceW(manager->get(), kServiceNameWide, access));
  if (service.valid()) return service;
  if (GetLastError() == ERROR_SERVICE_DOES_NOT_EXIST) {
    return absl::NotFoundError("the service is not installed: muster-agent service install");
  }
  return Error("opening the service");
}

SERVICE_STATUS_PROCESS StateOf(const ServiceHandle& service) {
  SERVICE_STATUS_PROCESS status{};
  DWORD needed = 0;
  QueryServiceStatusEx(service.get(), SC_STATUS_PROCESS_INFO, reinterpret_cast<BYTE*>(&status),
                       sizeof(status), &needed);
  return status;
}

// Waits until it is in `wanted`, or has stopped.
SERVICE_STATUS_PROCESS Await(const ServiceHandle& service, DWORD wanted) {
  const auto end = std::chrono::steady_clock::now() + kPatience;
  SERVICE_STATUS_PROCESS status = StateOf(service);
  while (status.dwCurrentState != wanted && status.dwCurrentState != SERVICE_STOPPED &&
         std::chrono::steady_clock::now() < end) {
    Sleep(kPollMilliseconds);
    status = StateOf(service);
  }
  return status;
}

// Waits until the service's process is gone: it lives a moment longer than the service, and holds
// its file. Made while it still runs.
class ProcessEnd {
 public:
  explicit ProcessEnd(const ServiceHandle& service)
      : process_(OpenProcess(SYNCHRONIZE, FALSE, StateOf(service).dwProcessId)) {}
  ~ProcessEnd() {
    if (process_ != nullptr) CloseHandle(process_);
  }
  ProcessEnd(const ProcessEnd&) = delete;
  ProcessEnd& operator=(const ProcessEnd&) = delete;

  void Wait() const {
    if (process_ != nullptr) WaitForSingleObject(process_, kStopHintMilliseconds);
  }

 private:
  const HANDLE process_;
};

// What may not be there is asked for, and told where it was not to be had.
class Configurator {
 public:
  explicit Configurator(const ServiceHandle& service) : service_(service) {}

  void Set(DWORD what, void* value, absl::string_view name) {
    if (ChangeServiceConfig2W(service_.get(), what, value)) return;
    remarks_.push_back(absl::StrCat(name, " could not be set (error ", GetLastError(), ")"));
  }
  std::vector<std::string> Remarks() { return std::move(remarks_); }

 private:
  const ServiceHandle& service_;
  std::vector<std::string> remarks_;
};

std::vector<std::string> Configure(const ServiceHandle& service) {
  Configurator configurator(service);
  SERVICE_DESCRIPTIONW description{const_cast<wchar_t*>(kDescription)};
  configurator.Set(SERVICE_CONFIG_DESCRIPTION, &description, "the description");
  SERVICE_DELAYED_AUTO_START_INFO delayed{TRUE};
  configurator.Set(SERVICE_CONFIG_DELAYED_AUTO_START_INFO, &delayed, "the delayed start");
  constexpr DWORD kMinute = 60'000;
  SC_ACTION restarts[] = {{SC_ACTION_RESTART, kMinute},
                          {SC_ACTION_RESTART, 2 * kMinute},
                          {SC_ACTION_RESTART, 5 * kMinute}};
  SERVICE_FAILURE_ACTIONSW actions{};
  actions.dwResetPeriod = 24 * 60 * 60;  // seconds
  actions.cActions = 3;
  actions.lpsaActions = restarts;
  configurator.Set(SERVICE_CONFIG_FAILURE_ACTIONS, &actions, "the restart after failures");
  SERVICE_FAILURE_ACTIONS_FLAG also_errors{TRUE};
  configurator.Set(SERVICE_CONFIG_FAILURE_ACTIONS_FLAG, &also_errors,
                   "the restart after ends with an error");
  SERVICE_PRESHUTDOWN_INFO preshutdown{kPreshutdownMilliseconds};
  configurator.Set(SERVICE_CONFIG_PRESHUTDOWN_INFO, &preshutdown, "the time before shutdown");
  SERVICE_SID_INFO sid{SERVICE_SID_TYPE_UNRESTRICTED};
  configurator.Set(SERVICE_CONFIG_SERVICE_SID_INFO, &sid, "the service's own SID");
  return configurator.Remarks();
}

absl::string_view StateName(DWORD state) {
  switch (state) {
    case SERVICE_STOPPED:
      return "stopped";
    case SERVICE_START_PENDING:
      return "start pending";
    case SERVICE_STOP_PENDING:
      return "stop pending";
    case SERVICE_RUNNING:
      return "running";
    case SERVICE_PAUSED:
      return "paused";
    default:
      return "in transition";
  }
}

std::string StartTypeName(const ServiceHandle& service, DWORD start_type) {
  if (start_type == SERVICE_DEMAND_START) return "manual";
  if (start_type == SERVICE_DISABLED) return "disabled";
  SERVICE_DELAYED_AUTO_START_INFO delayed{};
  DWORD needed = 0;
  const bool known =
      QueryServiceConfig2W(service.get(), SERVICE_CONFIG_DELAYED_AUTO_START_INFO,
                           reinterpret_cast<BYTE*>(&delayed), sizeof(delayed), &needed) != 0;
  return known && delayed.fDelayedAutostart ? "automatic (delayed)" : "automatic";
}

}  // namespace

absl::StatusOr<std::vector<std::string>> InstallService(const std::string& command) {
  auto manager = OpenManager(SC_MANAGER_CONNECT | SC_MANAGER_CREATE_SERVICE);
  if (!manager.ok()) return manager.status();
  const std::wstring line = host::WideOf(command);
  ServiceHandle service(
      CreateServiceW(manager->get(), kServiceNameWide, kDisplayName, SERVICE_ALL_ACCESS,
                     SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START, SERVICE_ERROR_NORMAL,
                     line.c_str(), nullptr, nullptr, nullptr, /*LocalSystem*/ nullptr, nullptr));
  if (!service.valid() && GetLastError() == ERROR_SERVICE_EXISTS) {
    service = ServiceHandle(OpenServiceW(manager->get(), kServiceNameWide, SERVICE_ALL_ACCESS));
    if (service.valid() &&
        !ChangeServiceConfigW(service.get(), SERVICE_WIN32_OWN_PROCESS, SERVICE_AUTO_START,
                              SERVICE_ERROR_NORMAL, line.c_str(), nullptr, nullptr, nullptr,
                              nullptr, nullptr, kDisplayName)) {
      return Error("changing the service");
    }
  }
  if (!service.valid()) return Error("making the service");
  std::vector<std::string> remarks = Configure(service);
  if (absl::Status status = RegisterEventSource(); !status.ok()) {
    remarks.push_back(std::string(status.message()));
  }
  return remarks;
}

absl::Status StartServiceAndWait() {
  auto service = OpenInstalled(SERVICE_START | SERVICE_QUERY_STATUS);
  if (!service.ok()) return service.status();
  if (!StartServiceW(service->get(), 0, nullptr) &&
      GetLastError() != ERROR_SERVICE_ALREADY_RUNNING) {
    return Error("starting the service");
  }
  const SERVICE_STATUS_PROCESS status = Await(*service, SERVICE_RUNNING);
  if (status.dwCurrentState == SERVICE_RUNNING) return absl::OkStatus();
  if (status.dwCurrentState == SERVICE_STOPPED) {
    return absl::FailedPreconditionError(
        "the service ended again: the event log Application and its log file say why");
  }
  return absl::DeadlineExceededError("the service has not started within half a minute");
}

absl::Status StopServiceAndWait() {
  auto service = OpenInstalled(SERVICE_STOP | SERVICE_QUERY_STATUS);
  if (!service.ok()) return service.status();
  if (StateOf(*service).dwCurrentState == SERVICE_START_PENDING) Await(*service, SERVICE_RUNNING);
  const ProcessEnd end(*service);
  SERVICE_STATUS status{};
  if (!ControlService(service->get(), SERVICE_CONTROL_STOP, &status) &&
      GetLastError() != ERROR_SERVICE_NOT_ACTIVE &&
      GetLastError() != ERROR_SERVICE_CANNOT_ACCEPT_CTRL) {  // it is stopping already
    return Error("stopping the service");
  }
  if (Await(*service, SERVICE_STOPPED).dwCurrentState == SERVICE_STOPPED) {
    end.Wait();
    return absl::OkStatus();
  }
  return absl::DeadlineExceededError("the service has not stopped within half a minute");
}

absl::Status RemoveService() {
  auto service = OpenInstalled(DELETE);
  if (absl::IsNotFound(service.status())) return RemoveEventSource();
  if (!service.ok()) return service.status();
  // One that hangs is marked, and gone when it ends.
  const absl::Status stopped = StopServiceAndWait();
  if (!DeleteService(service->get())) return Error("removing the service");
  if (!stopped.ok()) return stopped;
  return RemoveEventSource();
}

absl::StatusOr<ServiceStatus> QueryService() {
  auto service = OpenInstalled(SERVICE_QUERY_STATUS | SERVICE_QUERY_CONFIG);
  if (absl::IsNotFound(service.status())) return ServiceStatus{};
  if (!service.ok()) return service.status();
  alignas(QUERY_SERVICE_CONFIGW) char buffer[8192];  // the most that it can be
  auto* config = reinterpret_cast<QUERY_SERVICE_CONFIGW*>(buffer);
  DWORD needed = 0;
  if (!QueryServiceConfigW(service->get(), config, sizeof(buffer), &needed)) {
    return Error("asking for the service's configuration");
  }
  const SERVICE_STATUS_PROCESS state = StateOf(*service);
  ServiceStatus status;
  status.installed = true;
  status.state = std::string(StateName(state.dwCurrentState));
  status.start_type = StartTypeName(*service, config->dwStartType);
  status.command = host::Utf8Of(config->lpBinaryPathName);
  status.process = state.dwProcessId;
  status.exit_code = state.dwWin32ExitCode;
  status.service_exit_code = state.dwServiceSpecificExitCode;
  return status;
}

}  // namespace muster::agent
