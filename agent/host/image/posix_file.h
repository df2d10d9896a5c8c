// POSIX files below a folder's handle, never through links, and errno as absl::Status.
#ifndef MUSTER_AGENT_HOST_IMAGE_POSIX_FILE_H_
#define MUSTER_AGENT_HOST_IMAGE_POSIX_FILE_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/host/host.h"

namespace muster::host {

// Owns one descriptor. Moves, does not copy.
class FileDescriptor {
 public:
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept;
  ~FileDescriptor();

  int get() const { return fd_; }
  bool valid() const { return fd_ >= 0; }
  // Hands the descriptor over to the caller, who closes it.
  int Release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

// What the host's calls answer for an errno, `path` escaped in front.
absl::Status FileError(int error, absl::string_view path);

// All take one name within `directory`; `path` is for messages.
absl::StatusOr<FileInfo> StatAt(const FileDescriptor& directory, const std::string& name,
                                absl::string_view path);
absl::StatusOr<FileDescriptor> OpenDirectoryAt(const FileDescriptor& directory,
                                               const std::string& name, absl::string_view path);
absl::StatusOr<std::unique_ptr<FileReader>> OpenFileAt(const FileDescriptor& directory,
                                                       const std::string& name,
                                                       absl::string_view path);
// In byte order.
absl::StatusOr<std::vector<Entry>> ListDirectory(const FileDescriptor& directory,
                                                 absl::string_view path);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_IMAGE_POSIX_FILE_H_
