#include <windows.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "common/windows_error.h"

namespace muster {
namespace {

constexpr size_t kMaxWrite = 1 << 30;

absl::Status LastError(absl::string_view doing, const std::filesystem::path& path) {
  return WindowsErrorToStatus(GetLastError(), absl::StrCat(doing, " ", path.string()));
}

absl::Status WriteAndFlush(HANDLE file, absl::string_view content,
                           const std::filesystem::path& path) {
  while (!content.empty()) {
    DWORD written = 0;
    const auto wanted = static_cast<DWORD>(std::min(content.size(), kMaxWrite));
    if (!WriteFile(file, content.data(), wanted, &written, nullptr)) {
      return LastError("writing", path);
    }
    content.remove_prefix(written);
  }
  return FlushFileBuffers(file) ? absl::OkStatus() : LastError("flushing", path);
}

}  // namespace

// Who may read it is the folder's to say: files inherit its access control list.
absl::Status ReplaceFileContent(const std::filesystem::path& path, absl::string_view content,
                                FileMode) {
  std::filesystem::path beside = path;
  beside += ".new";
  const HANDLE file = CreateFileW(beside.c_str(), GENERIC_WRITE, 0, nullptr, CREATE_ALWAYS,
                                  FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) return LastError("creating", beside);
  absl::Status status = WriteAndFlush(file, content, beside);
  CloseHandle(file);
  if (status.ok() && !MoveFileExW(beside.c_str(), path.c_str(),
                                  MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH)) {
    status = LastError("replacing", path);
  }
  if (!status.ok()) DeleteFileW(beside.c_str());
  return status;
}

}  // namespace muster
