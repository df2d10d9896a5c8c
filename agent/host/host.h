// The one seam to a Windows installation: what collectors need of it, whether it runs or lies in a
// folder.
//
// Paths are relative to the root of the volume that Windows lies on, with '/' between parts and no
// '/' in front: "Windows/Logs/CBS/CBS.log". Names are compared as Windows does, whatever their
// case; of names that differ in case alone, the one spelled as asked is taken, else the first in
// byte order. Paths with an empty part, ".", ".." or a NUL are INVALID_ARGUMENT. Symbolic links are
// never followed.
//
// Errors, for every call: NOT_FOUND where nothing is there; PERMISSION_DENIED; UNAVAILABLE where it
// was there and went away, or the disk could not read it; FAILED_PRECONDITION where it is something
// else than asked for (a link, a pipe, a folder for a file). Messages name the path, escaped for
// display.
#ifndef MUSTER_AGENT_HOST_HOST_H_
#define MUSTER_AGENT_HOST_HOST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace muster::host {

enum class EntryKind {
  kFile,
  kDirectory,
  kOther,  // link, pipe, socket, device: listed, never opened
};

// One name in a folder.
struct Entry {
  std::string name;  // raw, as on disk: may hold any byte but '/' and NUL
  EntryKind kind;
};

struct FileInfo {
  EntryKind kind;
  uint64_t size = 0;  // bytes; 0 for anything but a file
};

// One open file, read from front to back. Not thread-safe.
class FileReader {
 public:
  virtual ~FileReader() = default;

  // Bytes when it was opened; a log may have grown since.
  virtual uint64_t size() const = 0;
  // Reads up to buffer.size() bytes and answers how many; 0 is the end.
  virtual absl::StatusOr<size_t> Read(absl::Span<char> buffer) = 0;
  // The next Read begins `offset` bytes from the file's start.
  virtual absl::Status Seek(uint64_t offset) = 0;
};

// Thread-safe.
class Host {
 public:
  virtual ~Host() = default;

  // The names in a folder, in byte order.
  virtual absl::StatusOr<std::vector<Entry>> List(absl::string_view path) = 0;
  virtual absl::StatusOr<std::unique_ptr<FileReader>> Open(absl::string_view path) = 0;
  virtual absl::StatusOr<FileInfo> Stat(absl::string_view path) = 0;
};

// The whole file. RESOURCE_EXHAUSTED, without reading it, where it has more than max_bytes.
absl::StatusOr<std::string> ReadWhole(Host& host, absl::string_view path, uint64_t max_bytes);

// Equal under Windows' rule for the letters of ASCII.
bool SameName(absl::string_view a, absl::string_view b);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_HOST_H_
