// Handles on files and folders, opened so that neither the servicing stack nor a link gets in the
// way.
#ifndef MUSTER_AGENT_HOST_WINDOWS_FILE_HANDLE_H_
#define MUSTER_AGENT_HOST_WINDOWS_FILE_HANDLE_H_

#include <windows.h>

#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace muster::host {

// While this lives, the thread of a 32-bit program on 64-bit Windows sees the real System32. Does
// nothing elsewhere. Must not live across anything but calls on files.
class NoRedirection {
 public:
  NoRedirection();
  ~NoRedirection();
  NoRedirection(const NoRedirection&) = delete;
  NoRedirection& operator=(const NoRedirection&) = delete;

 private:
  PVOID before_ = nullptr;
  bool active_ = false;
};

// Owns a handle of CreateFile. Moves, does not copy.
class FileHandle {
 public:
  // The file, folder or link of this very name (a link itself, never what it points to), for
  // reading, while others may write, rename and delete it. Folders above it are not looked at.
  // Invalid with a Win32 error in `error`.
  static FileHandle OpenForReading(absl::string_view windows_path, uint32_t& error);

  FileHandle(FileHandle&& other) noexcept
      : handle_(std::exchange(other.handle_, INVALID_HANDLE_VALUE)) {}
  FileHandle& operator=(FileHandle&&) = delete;
  ~FileHandle() {
    if (valid()) CloseHandle(handle_);
  }

  bool valid() const { return handle_ != INVALID_HANDLE_VALUE; }
  HANDLE get() const { return handle_; }

 private:
  explicit FileHandle(HANDLE handle) : handle_(handle) {}
  HANDLE handle_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_FILE_HANDLE_H_
