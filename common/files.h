// Small files, read and replaced as a whole.
#ifndef MUSTER_COMMON_FILES_H_
#define MUSTER_COMMON_FILES_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster {

// NOT_FOUND, PERMISSION_DENIED, RESOURCE_EXHAUSTED (larger than `max_bytes`) or INTERNAL, with the
// path.
absl::StatusOr<std::string> ReadSmallFile(const std::filesystem::path& path,
                                          size_t max_bytes = 64 * 1024 * 1024);

enum class FileMode { kPrivate, kShared };  // 0600, 0644

// Writes beside it, flushes, renames: a reader or a crash sees the old content or the new, never a
// part. RESOURCE_EXHAUSTED where the disk is full; the old content stays.
absl::Status ReplaceFileContent(const std::filesystem::path& path, absl::string_view content,
                                FileMode mode);

}  // namespace muster

#endif  // MUSTER_COMMON_FILES_H_
