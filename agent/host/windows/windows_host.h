// The volume that the running Windows lies on, as files.
#ifndef MUSTER_AGENT_HOST_WINDOWS_WINDOWS_HOST_H_
#define MUSTER_AGENT_HOST_WINDOWS_WINDOWS_HOST_H_

#include <string>

#include "agent/host/host.h"

namespace muster::host {

// "C:\Windows": of the machine, not the private one of a terminal server's user.
std::string WindowsDirectory();

// Thread-safe. Opens so that others may go on writing, renaming and deleting: the servicing stack
// rotates its logs whenever it likes. Links (reparse points of every kind) are kOther and lead
// nowhere, also as folders on the way. A 32-bit program sees the real System32.
class WindowsHost final : public Host {
 public:
  WindowsHost() : windows_directory_(WindowsDirectory()) {}

  absl::StatusOr<std::vector<Entry>> List(absl::string_view path) override;
  absl::StatusOr<std::unique_ptr<FileReader>> Open(absl::string_view path) override;
  absl::StatusOr<FileInfo> Stat(absl::string_view path) override;

 private:
  // The Win32 path of `path`, whose folders are folders.
  absl::StatusOr<std::string> Resolve(absl::string_view path) const;

  const std::string windows_directory_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_WINDOWS_HOST_H_
