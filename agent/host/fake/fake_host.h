// A Windows volume in memory, for tests: files, and the errors that a disk gives.
#ifndef MUSTER_AGENT_HOST_FAKE_FAKE_HOST_H_
#define MUSTER_AGENT_HOST_FAKE_FAKE_HOST_H_

#include <map>
#include <string>

#include "absl/synchronization/mutex.h"
#include "agent/host/host.h"

namespace muster::host {

// Thread-safe. Paths keep the spelling of their first use.
class FakeHost final : public Host {
 public:
  // Makes or replaces a file, and the folders above it.
  void Write(absl::string_view path, absl::string_view bytes);
  void Append(absl::string_view path, absl::string_view bytes);
  void MakeDirectory(absl::string_view path);
  void Rename(absl::string_view from, absl::string_view to);
  // Every call on this very path answers `error` from now on; the name is still listed.
  void Fail(absl::string_view path, absl::Status error);

  absl::StatusOr<std::vector<Entry>> List(absl::string_view path) override;
  absl::StatusOr<std::unique_ptr<FileReader>> Open(absl::string_view path) override;
  absl::StatusOr<FileInfo> Stat(absl::string_view path) override;

 private:
  struct Node {
    std::string path;  // as spelled
    bool directory = false;
    std::string bytes;
    absl::Status error;
  };
  Node& NodeAt(absl::string_view path, bool directory) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Node*> Find(absl::string_view path) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  std::map<std::string, Node> nodes_ ABSL_GUARDED_BY(mutex_);  // by lower-case path
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_FAKE_FAKE_HOST_H_
