// A file read and written at offsets, for data too large for memory. POSIX. Not thread-safe.
#ifndef MUSTER_COMMON_SERVICING_MSU_BYTE_FILE_H_
#define MUSTER_COMMON_SERVICING_MSU_BYTE_FILE_H_

#include <cstdint>
#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::servicing {

class ByteFile {
 public:
  // NOT_FOUND, PERMISSION_DENIED, UNAVAILABLE; INVALID_ARGUMENT where it is no regular file.
  static absl::StatusOr<ByteFile> Open(const std::filesystem::path& path);
  // An empty file that has no name any more and goes when it is closed, even by a crash. `folder`
  // must be there. NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED, UNAVAILABLE.
  static absl::StatusOr<ByteFile> MakeTemporary(const std::filesystem::path& folder);

  ByteFile(ByteFile&& other) noexcept;
  ByteFile& operator=(ByteFile&&) = delete;
  ~ByteFile();

  uint64_t size() const { return size_; }
  // As many bytes as there are, at most `count`; -1 where the disk fails, with errno set.
  int64_t ReadAt(uint64_t offset, void* to, size_t count) const;
  // At most `count` bytes, fewer only at the end or where the disk fails.
  std::string ReadAt(uint64_t offset, size_t count) const;
  // False where the disk fails or is full, with errno set.
  bool Append(absl::string_view bytes);

 private:
  ByteFile(int descriptor, uint64_t size) : descriptor_(descriptor), size_(size) {}

  int descriptor_;
  uint64_t size_;
};

// Of errno's value: `doing` and what the system says.
absl::Status ErrnoStatus(int error, absl::string_view doing);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_MSU_BYTE_FILE_H_
