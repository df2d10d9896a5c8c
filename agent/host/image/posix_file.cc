#include "agent/host/image/posix_file.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "agent/host/text.h"

namespace muster::host {
namespace {

EntryKind KindOf(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::kFile;
  if (S_ISDIR(mode)) return EntryKind::kDirectory;
  return EntryKind::kOther;
}

class PosixReader final : public FileReader {
 public:
  PosixReader(FileDescriptor fd, uint64_t size, absl::string_view path)
      : fd_(std::move(fd)), size_(size), path_(path) {}

  uint64_t size() const override { return size_; }

  absl::StatusOr<size_t> Read(absl::Span<char> buffer) override {
    while (true) {
      const ssize_t count = read(fd_.get(), buffer.data(), buffer.size());
      if (count >= 0) return static_cast<size_t>(count);
      if (errno != EINTR) return FileError(errno, path_);
    }
  }

  absl::Status Seek(uint64_t offset) override {
    if (lseek(fd_.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
      return FileError(errno, path_);
    }
    return absl::OkStatus();
  }

 private:
  const FileDescriptor fd_;
  const uint64_t size_;
  const std::string path_;
};

}  // namespace

FileDescriptor& FileDescriptor::operator=(FileDescriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileDescriptor::~FileDescriptor() {
  if (fd_ >= 0) close(fd_);
}

absl::Status FileError(int error, absl::string_view path) {
  const std::string message = absl::StrCat(Displayable(path), ": ", std::strerror(error));
  switch (error) {
    case ENOENT:
      return absl::NotFoundError(message);
    case EACCES:
    case EPERM:
      return absl::PermissionDeniedError(message);
    case ELOOP:
      return absl::FailedPreconditionError(
          absl::StrCat(Displayable(path), ": a symbolic link, and links are not followed"));
    case ENOTDIR:
    case EISDIR:
      return absl::FailedPreconditionError(message);
    case ENAMETOOLONG:
    case EINVAL:
      return absl::InvalidArgumentError(message);
    default:
      return absl::UnavailableError(message);
  }
}

absl::StatusOr<FileInfo> StatAt(const FileDescriptor& directory, const std::string& name,
                                absl::string_view path) {
  struct stat info;
  if (fstatat(directory.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
    return FileError(errno, path);
  }
  const EntryKind kind = KindOf(info.st_mode);
  return FileInfo{kind, kind == EntryKind::kFile ? static_cast<uint64_t>(info.st_size) : 0};
}

absl::StatusOr<FileDescriptor> OpenDirectoryAt(const FileDescriptor& directory,
                                               const std::string& name, absl::string_view path) {
  FileDescriptor fd(
      openat(directory.get(), name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (fd.valid()) return fd;
  // With O_DIRECTORY a link is answered ENOTDIR, like a file.
  const int error = errno;
  struct stat info;
  if (error == ENOTDIR && fstatat(directory.get(), name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISLNK(info.st_mode)) {
    return FileError(ELOOP, path);
  }
  return FileError(error, path);
}

absl::StatusOr<std::unique_ptr<FileReader>> OpenFileAt(const FileDescriptor& directory,
                                                       const std::string& name,
                                                       absl::string_view path) {
  const auto not_regular = [&] {
    return absl::FailedPreconditionError(
        absl::StrCat(Displayable(path),
                     ": no regular file (a folder, link, pipe or device), so it is not opened"));
  };
  // Looked at before it is opened: opening alone can block on a pipe and act on a device.
  const auto info = StatAt(directory, name, path);
  if (!info.ok()) return info.status();
  if (info->kind != EntryKind::kFile) return not_regular();
  FileDescriptor fd(openat(directory.get(), name.c_str(),
                           O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.valid()) return FileError(errno, path);
  struct stat opened;
  if (fstat(fd.get(), &opened) != 0) return FileError(errno, path);
  if (!S_ISREG(opened.st_mode)) return not_regular();
  return std::make_unique<PosixReader>(std::move(fd), static_cast<uint64_t>(opened.st_size), path);
}

absl::StatusOr<std::vector<Entry>> ListDirectory(const FileDescriptor& directory,
                                                 absl::string_view path) {
  // fdopendir takes its descriptor over, and the position in a folder is shared by duplicates.
  FileDescriptor own(openat(directory.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!own.valid()) return FileError(errno, path);
  const std::unique_ptr<DIR, int (*)(DIR*)> stream(fdopendir(own.get()), closedir);
  if (stream == nullptr) return FileError(errno, path);
  own.Release();
  std::vector<Entry> entries;
  while (true) {
    errno = 0;
    const dirent* entry = readdir(stream.get());
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    const auto info = StatAt(directory, name, path);
    if (!info.ok() && absl::IsNotFound(info.status())) continue;  // went away meanwhile
    entries.push_back({name, info.ok() ? info->kind : EntryKind::kOther});
  }
  if (errno != 0) return FileError(errno, path);
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return a.name < b.name; });
  return entries;
}

}  // namespace muster::host
