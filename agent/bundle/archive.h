// Folders as zip archives, and back. libzip stops here.
#ifndef MUSTER_AGENT_BUNDLE_ARCHIVE_H_
#define MUSTER_AGENT_BUNDLE_ARCHIVE_H_

#include <cstdint>
#include <filesystem>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace muster::bundle {

// By its name: it ends in ".zip".
bool IsArchivePath(const std::filesystem::path& path);

// Whether a bundle can hold a file of this path: '/' between its parts, none of which leads
// elsewhere or could not be a file's name on Windows.
bool IsBundlePath(absl::string_view path);

// Every file and folder within `folder`. RESOURCE_EXHAUSTED where the disk is full.
absl::Status PackFolder(const std::filesystem::path& folder, const std::filesystem::path& archive);

// An archive comes from anybody: bounds on what it may become.
struct UnpackLimits {
  uint64_t max_entries = 200'000;
  uint64_t max_bytes = uint64_t{8} * 1024 * 1024 * 1024;
};

// Into `folder`, which is made. INVALID_ARGUMENT, with the name, for an archive that is damaged,
// leads out of the folder, has a name twice, or holds anything but files and folders;
// RESOURCE_EXHAUSTED beyond the limits, whatever sizes it declares.
absl::Status UnpackArchive(const std::filesystem::path& archive,
                           const std::filesystem::path& folder, const UnpackLimits& limits = {});

}  // namespace muster::bundle

#endif  // MUSTER_AGENT_BUNDLE_ARCHIVE_H_
