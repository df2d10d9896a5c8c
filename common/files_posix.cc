#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"

namespace muster {
namespace {

absl::Status ErrnoStatus(absl::string_view doing, const std::filesystem::path& path) {
  int error = errno;
  return absl::ErrnoToStatus(error, absl::StrCat(doing, " ", path.string()));
}

absl::Status WriteAndFlush(int fd, absl::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return ErrnoStatus("writing", path);
    content.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(fd) == 0 ? absl::OkStatus() : ErrnoStatus("flushing", path);
}

// Else a power cut could take the new name back.
absl::Status FlushFolder(const std::filesystem::path& folder) {
  int fd = open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return ErrnoStatus("opening", folder);
  absl::Status status = fsync(fd) == 0 ? absl::OkStatus() : ErrnoStatus("flushing", folder);
  close(fd);
  return status;
}

}  // namespace

absl::Status ReplaceFileContent(const std::filesystem::path& path, absl::string_view content,
                                FileMode mode) {
  std::filesystem::path beside = path;
  beside += ".new";
  int fd = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC,
                mode == FileMode::kPrivate ? 0600 : 0644);
  if (fd < 0) return ErrnoStatus("creating", beside);
  absl::Status status = WriteAndFlush(fd, content, beside);
  close(fd);
  if (status.ok() && rename(beside.c_str(), path.c_str()) != 0) {
    status = ErrnoStatus("replacing", path);
  }
  if (!status.ok()) {
    unlink(beside.c_str());
    return status;
  }
  return FlushFolder(path.parent_path());
}

}  // namespace muster
