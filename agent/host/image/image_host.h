// A Windows volume that is not running, as a folder: a mounted disk, an applied image, a copy.
#ifndef MUSTER_AGENT_HOST_IMAGE_IMAGE_HOST_H_
#define MUSTER_AGENT_HOST_IMAGE_IMAGE_HOST_H_

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "agent/host/host.h"
#include "agent/host/image/posix_file.h"

namespace muster::host {

// Keeps one handle on the volume's root, and reaches everything from there a name at a time without
// following links: no tree, however it is made or changed meanwhile, leads out of it or into a
// loop. Opens nothing but folders and regular files. Thread-safe.
class ImageHost final : public Host {
 public:
  // `directory` is the root of a Windows volume; it alone may be reached over a link. NOT_FOUND or
  // PERMISSION_DENIED where it cannot be opened; FAILED_PRECONDITION where it is no Windows volume,
  // with what is missing and what to give instead.
  static absl::StatusOr<std::unique_ptr<ImageHost>> OpenVolume(const std::string& directory);

  // Any folder: its files are no Windows volume, but are to be read as carefully.
  static absl::StatusOr<std::unique_ptr<ImageHost>> OpenTree(const std::string& directory);

  absl::StatusOr<std::vector<Entry>> List(absl::string_view path) override;
  absl::StatusOr<std::unique_ptr<FileReader>> Open(absl::string_view path) override;
  absl::StatusOr<FileInfo> Stat(absl::string_view path) override;

 private:
  explicit ImageHost(FileDescriptor root) : root_(std::move(root)) {}

  // A handle on the folder at `path`.
  absl::StatusOr<FileDescriptor> OpenDirectory(absl::string_view path);
  // What is called `name` in `directory`, in the spelling on disk, or NOT_FOUND. `path` is for
  // messages.
  absl::StatusOr<std::string> SpellingOf(const FileDescriptor& directory, absl::string_view name,
                                         absl::string_view path);

  const FileDescriptor root_;
  absl::Mutex mutex_;
  // Spellings of folders found by listing, by the path asked for: thousands of files lie in the
  // same few.
  absl::flat_hash_map<std::string, std::string> spellings_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_IMAGE_IMAGE_HOST_H_
