#include "agent/host/windows/directory_watch.h"

#include <utility>

#include "agent/host/windows/text.h"

namespace muster::host {
namespace {

constexpr DWORD kChanges = FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_SIZE |
                           FILE_NOTIFY_CHANGE_LAST_WRITE | FILE_NOTIFY_CHANGE_CREATION;

}  // namespace

DirectoryWatch::DirectoryWatch(const std::string& windows_path, std::function<void()> on_change,
                               DirectoryWatchOptions options)
    : path_(WideOf(windows_path)),
      on_change_(std::move(on_change)),
      options_(options),
      stop_(CreateEventW(nullptr, /*bManualReset=*/TRUE, /*bInitialState=*/FALSE, nullptr)),
      thread_([this] { Run(); }) {}

DirectoryWatch::~DirectoryWatch() {
  SetEvent(stop_);
  thread_.join();
  CloseHandle(stop_);
}

bool DirectoryWatch::StopsWithin(absl::Duration duration) {
  const auto milliseconds = static_cast<DWORD>(absl::ToInt64Milliseconds(duration));
  return WaitForSingleObject(stop_, milliseconds) == WAIT_OBJECT_0;
}

void DirectoryWatch::Run() {
  const HANDLE changed = CreateEventW(nullptr, TRUE, FALSE, nullptr);
  do {
    const HANDLE folder = CreateFileW(
        path_.c_str(), FILE_LIST_DIRECTORY, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
        nullptr, OPEN_EXISTING, FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED, nullptr);
    if (folder == INVALID_HANDLE_VALUE) continue;
    Watch(folder, changed);
    CloseHandle(folder);
  } while (!StopsWithin(options_.retry));
  CloseHandle(changed);
}

void DirectoryWatch::Watch(HANDLE folder, HANDLE changed) {
  // What changed is not read: the reader of the log finds out. More than fits is told as a change
  // too.
  alignas(DWORD) char names[4096];
  for (;;) {
    OVERLAPPED call{};
    call.hEvent = changed;
    ResetEvent(changed);
    if (!ReadDirectoryChangesW(folder, names, sizeof(names), FALSE, kChanges, nullptr, &call,
                               nullptr)) {
      return;
    }
    const HANDLE either[] = {stop_, changed};
    const bool stopped = WaitForMultipleObjects(2, either, FALSE, INFINITE) == WAIT_OBJECT_0;
    if (stopped) CancelIo(folder);
    DWORD bytes = 0;
    // Waits for the call's end also when it was cancelled: it writes to `names`.
    const bool told = GetOverlappedResult(folder, &call, &bytes, TRUE) != 0;
    if (stopped || (!told && GetLastError() != ERROR_NOTIFY_ENUM_DIR)) return;
    on_change_();
    if (StopsWithin(options_.quiet)) return;
  }
}

}  // namespace muster::host
