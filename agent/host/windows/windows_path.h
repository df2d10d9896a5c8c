// From the paths of agent/host/host.h to those of Win32. No Windows header: tested everywhere.
#ifndef MUSTER_AGENT_HOST_WINDOWS_WINDOWS_PATH_H_
#define MUSTER_AGENT_HOST_WINDOWS_WINDOWS_PATH_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::host {

// "\\?\C:\Windows\Logs\CBS\CBS.log" of "Windows/Logs/CBS/CBS.log" where `windows_directory` is
// "C:\Windows". The first part "Windows", in any case, means that folder whatever it is called
// ("D:\WINNT"). The prefix lifts the limit of 260 characters and takes names literally. ""
// is the root itself, with '\' at its end. INVALID_ARGUMENT for what host.h says, for characters
// that a name cannot have (among them ':', which would open an alternate stream), and for more
// than 32,000 bytes.
absl::StatusOr<std::string> WindowsPath(absl::string_view windows_directory,
                                        absl::string_view path);

// The folders above a path of WindowsPath, from the one below the root downwards: where links could
// lead elsewhere.
std::vector<std::string> FoldersAbove(absl::string_view windows_path);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_WINDOWS_PATH_H_
