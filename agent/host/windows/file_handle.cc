#include "agent/host/windows/file_handle.h"

#include "agent/host/windows/text.h"

namespace muster::host {

NoRedirection::NoRedirection() {
#ifndef _WIN64  // there is nothing to redirect for a 64-bit program
  active_ = Wow64DisableWow64FsRedirection(&before_) != 0;
#endif
}

NoRedirection::~NoRedirection() {
  if (active_) Wow64RevertWow64FsRedirection(before_);
}

FileHandle FileHandle::OpenForReading(absl::string_view windows_path, uint32_t& error) {
  const NoRedirection real_folders;
  // BACKUP_SEMANTICS is what opens folders; it lifts no access check of a process that has not
  // switched its privilege on.
  const HANDLE handle = CreateFileW(
      WideOf(windows_path).c_str(), GENERIC_READ,
      FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr, OPEN_EXISTING,
      FILE_FLAG_OPEN_REPARSE_POINT | FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_SEQUENTIAL_SCAN,
      nullptr);
  error = handle == INVALID_HANDLE_VALUE ? GetLastError() : 0;
  return FileHandle(handle);
}

}  // namespace muster::host
