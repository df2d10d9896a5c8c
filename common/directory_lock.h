// One process at a time in a directory.
#ifndef MUSTER_COMMON_DIRECTORY_LOCK_H_
#define MUSTER_COMMON_DIRECTORY_LOCK_H_

#include <cstdint>
#include <filesystem>

#include "absl/status/statusor.h"

namespace muster {

// An exclusive lock on a directory, held while it lives, by way of the file muster.lock in it; the
// system drops it when the process ends, however it ends. Movable.
class DirectoryLock {
 public:
  // FAILED_PRECONDITION where another process holds it; NOT_FOUND or PERMISSION_DENIED where the
  // file cannot be made.
  static absl::StatusOr<DirectoryLock> Take(const std::filesystem::path& directory);
  DirectoryLock(DirectoryLock&& other) noexcept;
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock();

 private:
  explicit DirectoryLock(intptr_t file) : file_(file) {}
  intptr_t file_;  // a descriptor, on Windows a HANDLE; -1: none
};

}  // namespace muster

#endif  // MUSTER_COMMON_DIRECTORY_LOCK_H_
