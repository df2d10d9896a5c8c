// From the paths of agent/host/host.h to those of Win32. No Windows header: tested everywhere.
#ifndef MUSTER_AGENT_HOST_WINDOWS_WINDOWS_PATH_H_
#define MUSTER_AGENT_HOST_WINDOWS_WINDOWS_PATH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::host {

// Where a Windows volume lies on this system. No '\' at the ends.
struct WindowsVolume {
  std::string root;     // "C:", "E:\images\win7"; of a share "UNC\server\share\win7"
  std::string windows;  // "C:\Windows"; on the running system whatever that folder is called
};

// "\\?\C:\Windows\Logs\CBS\CBS.log" of "Windows/Logs/CBS/CBS.log". The first part "Windows", in any
// case, means the volume's folder of Windows whatever it is called ("D:\WINNT"). The prefix lifts
// the limit of 260 characters and takes names literally. "" is the root itself, with '\' at its
// end. INVALID_ARGUMENT for what host.h says, for characters that a name cannot have (among them
// ':', which would open an alternate stream), and for more than 32,000 bytes.
absl::StatusOr<std::string> WindowsPath(const WindowsVolume& volume, absl::string_view path);

// The folders above a path of WindowsPath, from the one below the root downwards: where links could
// lead elsewhere.
std::vector<std::string> FoldersAbove(const WindowsVolume& volume, absl::string_view windows_path);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_WINDOWS_PATH_H_
