#include <windows.h>

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/directory_lock.h"
#include "common/windows_error.h"

namespace muster {

absl::StatusOr<DirectoryLock> DirectoryLock::Take(const std::filesystem::path& directory) {
  const std::filesystem::path path = directory / "muster.lock";
  // Shared with nobody: that is the lock.
  const HANDLE file = CreateFileW(path.c_str(), GENERIC_READ | GENERIC_WRITE, 0, nullptr,
                                  OPEN_ALWAYS, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file != INVALID_HANDLE_VALUE) return DirectoryLock(reinterpret_cast<intptr_t>(file));
  const DWORD error = GetLastError();
  if (error == ERROR_SHARING_VIOLATION) {
    return absl::FailedPreconditionError(absl::StrCat("another process of Muster's works in ",
                                                      directory.string(),
                                                      ": stop it, or choose another directory"));
  }
  return WindowsErrorToStatus(error, absl::StrCat("opening ", path.string()));
}

DirectoryLock::DirectoryLock(DirectoryLock&& other) noexcept
    : file_(std::exchange(other.file_, -1)) {}

DirectoryLock::~DirectoryLock() {
  if (file_ != -1) CloseHandle(reinterpret_cast<HANDLE>(file_));
}

}  // namespace muster
