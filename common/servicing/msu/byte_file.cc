#include "common/servicing/msu/byte_file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"

namespace muster::servicing {

absl::Status ErrnoStatus(int error, absl::string_view doing) {
  absl::Status status = absl::ErrnoToStatus(error, doing);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
    case EACCES:
    case EPERM:
      return status;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return absl::ResourceExhaustedError(status.message());
    default:
      return absl::UnavailableError(status.message());
  }
}

absl::StatusOr<ByteFile> ByteFile::Open(const std::filesystem::path& path) {
  // Not to wait for a writer where somebody puts a pipe in the file's place.
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return ErrnoStatus(errno, absl::StrCat("cannot open ", path.string()));
  ByteFile file(descriptor, 0);
  struct stat facts;
  if (fstat(descriptor, &facts) != 0) {
    return ErrnoStatus(errno, absl::StrCat("cannot examine ", path.string()));
  }
  if (!S_ISREG(facts.st_mode)) {
    return absl::InvalidArgumentError(absl::StrCat(path.string(), " is no regular file"));
  }
  file.size_ = static_cast<uint64_t>(facts.st_size);
  return file;
}

absl::StatusOr<ByteFile> ByteFile::MakeTemporary(const std::filesystem::path& folder) {
  std::string path = (folder / "muster-msu-XXXXXX").string();
  const int descriptor = mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) {
    return ErrnoStatus(errno, absl::StrCat("cannot make a temporary file in ", folder.string()));
  }
  ByteFile file(descriptor, 0);
  if (unlink(path.c_str()) != 0) {
    return ErrnoStatus(errno, absl::StrCat("cannot unlink ", path));
  }
  return file;
}

ByteFile::ByteFile(ByteFile&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), size_(other.size_) {}

ByteFile::~ByteFile() {
  if (descriptor_ >= 0) close(descriptor_);
}

int64_t ByteFile::ReadAt(uint64_t offset, void* to, size_t count) const {
  size_t done = 0;
  while (done < count) {
    const ssize_t got = pread(descriptor_, static_cast<char*>(to) + done, count - done,
                              static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return -1;
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  return static_cast<int64_t>(done);
}

std::string ByteFile::ReadAt(uint64_t offset, size_t count) const {
  std::string bytes(count, '\0');
  const int64_t got = ReadAt(offset, bytes.data(), count);
  bytes.resize(got < 0 ? 0 : static_cast<size_t>(got));
  return bytes;
}

bool ByteFile::Append(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    size_ += static_cast<uint64_t>(put);
    bytes.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

}  // namespace muster::servicing
