#include "agent/host/windows/windows_control.h"

#include <windows.h>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/command_line.h"
#include "agent/host/windows/kernel_handle.h"
#include "agent/host/windows/process.h"
#include "agent/host/windows/readiness.h"
#include "agent/host/windows/restart.h"
#include "agent/host/windows/text.h"
#include "common/windows_error.h"

namespace muster::host {
namespace {

absl::string_view FileNameOf(SystemProgram program) {
  switch (program) {
    case SystemProgram::kWusa:
      return "wusa.exe";
    case SystemProgram::kDism:
      return "dism.exe";
    case SystemProgram::kExpand:
      return "expand.exe";
  }
  return "";
}

std::wstring WindowsFolder() {
  wchar_t folder[MAX_PATH] = {};
  const UINT units = GetSystemWindowsDirectoryW(folder, MAX_PATH);
  return units < MAX_PATH ? std::wstring(folder, units) : L"";
}

// It inherits nothing, has no window, and begins in Windows' folder, for ours may be removed. It is
// taken out of our job, whose limits are for the agent alone; another program's job may forbid
// that.
bool Create(const std::string& path, const std::string& line, PROCESS_INFORMATION& made) {
  const std::wstring folder = WindowsFolder();
  STARTUPINFOW startup{};
  startup.cb = sizeof(startup);
  for (const DWORD out_of_job : {DWORD{CREATE_BREAKAWAY_FROM_JOB}, DWORD{0}}) {
    std::wstring changeable = WideOf(line);  // CreateProcessW writes into it
    if (CreateProcessW(WideOf(path).c_str(), changeable.data(), nullptr, nullptr, FALSE,
                       CREATE_NO_WINDOW | out_of_job, nullptr,
                       folder.empty() ? nullptr : folder.c_str(), &startup, &made)) {
      return true;
    }
    if (GetLastError() != ERROR_ACCESS_DENIED) return false;
  }
  return false;
}

}  // namespace

std::string SystemFolder() {
  const std::wstring windows = WindowsFolder();
  if (windows.empty()) return "";
  BOOL wow64 = FALSE;
  IsWow64Process(GetCurrentProcess(), &wow64);
  return absl::StrCat(Utf8Of(windows), wow64 ? "\\Sysnative" : "\\System32");
}

WindowsControl::WindowsControl(std::string system_folder)
    : system_folder_(std::move(system_folder)) {}

WindowsControl::~WindowsControl() = default;

Readiness WindowsControl::Look() { return ReadReadiness(); }

absl::StatusOr<ProcessId> WindowsControl::Start(const Command& command) {
  if (system_folder_.empty()) return absl::InternalError("Windows does not say where it lies");
  const std::string path = absl::StrCat(system_folder_, "\\", FileNameOf(command.program));
  const absl::StatusOr<std::string> line = CommandLineOf(path, command.arguments);
  if (!line.ok()) return line.status();
  PROCESS_INFORMATION made{};
  if (!Create(path, *line, made)) {
    return WindowsErrorToStatus(GetLastError(), absl::StrCat("starting ", path));
  }
  CloseHandle(made.hThread);
  auto handle = std::make_shared<const KernelHandle>(made.hProcess);
  const ProcessId process{.id = made.dwProcessId, .created = CreatedAt(made.hProcess)};
  Keep(process, std::move(handle));
  return process;
}

void WindowsControl::Keep(const ProcessId& process, std::shared_ptr<const KernelHandle> handle) {
  absl::MutexLock lock(&mutex_);
  std::erase_if(children_, [](const auto& entry) { return entry.second.told; });
  children_[{process.id, process.created}] = Child{.handle = std::move(handle)};
}

std::shared_ptr<const KernelHandle> WindowsControl::Find(const ProcessId& process) {
  {
    absl::MutexLock lock(&mutex_);
    const auto child = children_.find({process.id, process.created});
    if (child != children_.end()) return child->second.handle;
  }
  KernelHandle handle = OpenProcessOf(process);
  return handle.valid() ? std::make_shared<const KernelHandle>(std::move(handle)) : nullptr;
}

ProcessEnd WindowsControl::Await(const ProcessId& process, absl::Duration limit) {
  const std::shared_ptr<const KernelHandle> handle = Find(process);
  if (handle == nullptr) return {.kind = ProcessEnd::Kind::kLost};
  const bool timed_out =
      !WaitForEnd(handle->get(), limit) && EndWithDescendants(handle->get(), process.id);
  {
    absl::MutexLock lock(&mutex_);
    const auto child = children_.find({process.id, process.created});
    if (child != children_.end()) child->second.told = true;
  }
  if (timed_out) return {.kind = ProcessEnd::Kind::kTimedOut};
  DWORD code = 0;
  if (!GetExitCodeProcess(handle->get(), &code)) return {.kind = ProcessEnd::Kind::kLost};
  return {.kind = ProcessEnd::Kind::kExited, .code = code};
}

absl::StatusOr<std::string> WindowsControl::Boot() { return ReadBoot(); }

absl::Status WindowsControl::Restart(absl::Duration notice, const std::string& message) {
  return RestartWindows(notice, message);
}

}  // namespace muster::host
