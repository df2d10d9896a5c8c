#include "agent/main/service/service_main.h"

#include <spdlog/sinks/rotating_file_sink.h>
#include <spdlog/spdlog.h>
#include <windows.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "agent/main/process.h"
#include "agent/main/service/event_source.h"
#include "agent/main/service/process_limits.h"
#include "agent/main/service/service_control.h"
#include "agent/main/service/watchdog.h"
#include "agent/main/state_folder.h"
#include "common/windows_error.h"

namespace muster::agent {
namespace {

constexpr size_t kMaxLogBytes = 2 * 1024 * 1024;
constexpr size_t kLogFiles = 5;
// The agent takes a tenth of it; a machine of that age may have 1 GiB.
constexpr uint64_t kMaxMemoryBytes = 256 * 1024 * 1024;
// Twenty looks, half a minute apart, without a reaction: a renewal may take half a minute.
constexpr absl::Duration kLookInterval = absl::Seconds(30);
constexpr int kPatience = 20;
// What the agent is doing is safe to lose: nobody waits for it longer.
constexpr absl::Duration kGrace = absl::Seconds(5);
constexpr absl::Duration kStartUp = absl::Seconds(3);
constexpr DWORD kStopHintMilliseconds = 10'000;

// The service control manager's callbacks take no object of ours that they would own.
class Service {
 public:
  explicit Service(AgentOptions options) : options_(std::move(options)) {}

  void Run() {
    handle_ = RegisterServiceCtrlHandlerExW(kServiceNameWide, OnControl, this);
    if (handle_ == nullptr) return;
    Report(SERVICE_START_PENDING, NO_ERROR, kStopHintMilliseconds);
    OpenLog();
    Limit();
    std::thread worker([this] { Work(); });  // never joined: the process ends with it at work
    // What cannot start ends at once, and then never ran.
    if (!ended_.WaitForNotificationWithTimeout(kStartUp)) {
      Report(SERVICE_RUNNING, NO_ERROR, 0);
      ReportServiceEvent(ServiceEvent::kStarted, "");
      Watch();
    }
    End();
  }

 private:
  static DWORD WINAPI OnControl(DWORD control, DWORD, void*, void* service) {
    return static_cast<Service*>(service)->Control(control);
  }

  DWORD Control(DWORD control) {
    switch (control) {
      case SERVICE_CONTROL_STOP:
      case SERVICE_CONTROL_SHUTDOWN:
      case SERVICE_CONTROL_PRESHUTDOWN:
        Report(SERVICE_STOP_PENDING, NO_ERROR, kStopHintMilliseconds);
        stop_.Request();
        return NO_ERROR;
      case SERVICE_CONTROL_INTERROGATE:
        return NO_ERROR;
      default:
        return ERROR_CALL_NOT_IMPLEMENTED;
    }
  }

  // `service_error` is 0 for an end as it was asked for.
  void Report(DWORD state, DWORD service_error, DWORD hint) {
    SERVICE_STATUS status{};
    status.dwServiceType = SERVICE_WIN32_OWN_PROCESS;
    status.dwCurrentState = state;
    if (state == SERVICE_RUNNING) {
      status.dwControlsAccepted = SERVICE_ACCEPT_STOP | SERVICE_ACCEPT_PRESHUTDOWN;
    }
    status.dwWin32ExitCode = service_error == 0 ? NO_ERROR : ERROR_SERVICE_SPECIFIC_ERROR;
    status.dwServiceSpecificExitCode = service_error;
    status.dwWaitHint = hint;
    SetServiceStatus(handle_, &status);
  }

  void OpenLog() {
    const std::filesystem::path folder = std::filesystem::path(options_.state_folder) / "logs";
    if (const absl::Status status = PrepareStateFolder(options_.state_folder); !status.ok()) {
      return;  // the agent says the same, in the event log; in such a folder nothing is written
    }
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    try {
      auto log = spdlog::rotating_logger_mt("muster-agent", (folder / "muster-agent.log").string(),
                                            kMaxLogBytes, kLogFiles);
      log->flush_on(spdlog::level::info);
      spdlog::set_default_logger(std::move(log));
    } catch (const spdlog::spdlog_ex& failure) {
      ReportServiceEvent(ServiceEvent::kFailed,
                         absl::StrCat("There is no log file: ", failure.what()));
    }
  }

  static void Limit() {
    for (const absl::Status& status : {LowerPriority(), CapMemory(kMaxMemoryBytes)}) {
      if (!status.ok()) spdlog::info("{}", status.ToString());
    }
  }

  void Work() {
    AgentObserver observer;
    observer.on_beat = [this] { watchdog_.Beat(); };
    observer.on_connected = [this] {
      if (!connected_.exchange(true)) ReportServiceEvent(ServiceEvent::kConnected, "");
    };
    observer.on_disconnected = [this](const absl::Status& reason) {
      if (!connected_.exchange(false)) return;  // each outage once, however often it tries
      ReportServiceEvent(ServiceEvent::kDisconnected, reason.ToString());
    };
    result_ = RunAgent(options_, stop_, observer);
    if (!result_.ok()) spdlog::error("{}", result_.ToString());
    ended_.Notify();
  }

  // Until the agent has ended, or was asked to and has had its time.
  void Watch() {
    while (!ended_.WaitForNotificationWithTimeout(absl::Seconds(1))) {
      if (stop_.WaitFor(absl::ZeroDuration())) {
        ended_.WaitForNotificationWithTimeout(kGrace);
        return;
      }
      if (++seconds_ % absl::ToInt64Seconds(kLookInterval) == 0 && !watchdog_.Look()) Hung();
    }
  }

  // Without SERVICE_STOPPED: for the service control manager this is a failure, and it restarts.
  [[noreturn]] static void Hung() {
    spdlog::critical("the agent has stopped reacting: the process ends, to be started anew");
    ReportServiceEvent(ServiceEvent::kHung, "");
    EndProcess(EXIT_FAILURE);
  }

  [[noreturn]] void End() {
    const bool failed = ended_.HasBeenNotified() && !result_.ok();
    if (failed) {
      ReportServiceEvent(ServiceEvent::kFailed, result_.ToString());
    } else {
      ReportServiceEvent(ServiceEvent::kStopped, "");
    }
    spdlog::info("stopped");  // the log stays: threads that are at work still write to it
    Report(SERVICE_STOPPED, failed ? static_cast<DWORD>(result_.code()) : 0, 0);
    EndProcess(failed ? EXIT_FAILURE : EXIT_SUCCESS);
  }

  const AgentOptions options_;
  SERVICE_STATUS_HANDLE handle_ = nullptr;
  StopRequest stop_;
  Watchdog watchdog_{kPatience};
  int64_t seconds_ = 0;
  std::atomic<bool> connected_ = false;
  absl::Notification ended_;
  absl::Status result_;  // once ended_
};

Service* service = nullptr;  // ServiceMain's arguments are the user's

void WINAPI ServiceMain(DWORD, LPWSTR*) { service->Run(); }

}  // namespace

absl::Status RunService(const AgentOptions& options) {
  service = new Service(options);
  wchar_t name[] = L"MusterAgent";
  const SERVICE_TABLE_ENTRYW table[] = {{name, ServiceMain}, {nullptr, nullptr}};
  if (StartServiceCtrlDispatcherW(table)) return absl::OkStatus();
  const DWORD error = GetLastError();
  if (error == ERROR_FAILED_SERVICE_CONTROLLER_CONNECT) {
    return absl::FailedPreconditionError(
        "this is for the service control manager to start: muster-agent service start, or on a "
        "console muster-agent run");
  }
  return WindowsErrorToStatus(error, "connecting to the service control manager");
}

}  // namespace muster::agent
