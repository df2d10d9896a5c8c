// A Windows volume on a running Windows, as files: its own, or one in a folder.
#ifndef MUSTER_AGENT_HOST_WINDOWS_WINDOWS_HOST_H_
#define MUSTER_AGENT_HOST_WINDOWS_WINDOWS_HOST_H_

#include <memory>
#include <string>
#include <utility>

#include "agent/host/host.h"
#include "agent/host/windows/windows_path.h"

namespace muster::host {

// Of the machine, not the private folder of a terminal server's user.
WindowsVolume RunningVolume();

// Thread-safe. Opens so that others may go on writing, renaming and deleting: the servicing stack
// rotates its logs whenever it likes. Links (reparse points of every kind) are kOther and lead
// nowhere, also as folders on the way. A 32-bit program sees the real System32.
class WindowsHost final : public Host {
 public:
  // The running system's own.
  WindowsHost() : volume_(RunningVolume()) {}

  // The volume whose root is `directory`, UTF-8: a mounted image, a copy. It alone may be reached
  // over a link. NOT_FOUND or PERMISSION_DENIED where it cannot be opened; FAILED_PRECONDITION
  // where it is no Windows volume, with what is missing and what to give instead.
  static absl::StatusOr<std::unique_ptr<WindowsHost>> OpenVolume(const std::string& directory);

  // Any folder: its files are no Windows volume, but are to be read as carefully.
  static absl::StatusOr<std::unique_ptr<WindowsHost>> OpenTree(const std::string& directory);

  absl::StatusOr<std::vector<Entry>> List(absl::string_view path) override;
  absl::StatusOr<std::unique_ptr<FileReader>> Open(absl::string_view path) override;
  absl::StatusOr<FileInfo> Stat(absl::string_view path) override;

 private:
  explicit WindowsHost(WindowsVolume volume) : volume_(std::move(volume)) {}

  // The Win32 path of `path`, whose folders are folders.
  absl::StatusOr<std::string> Resolve(absl::string_view path) const;

  const WindowsVolume volume_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_WINDOWS_HOST_H_
