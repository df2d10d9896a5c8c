// The Windows installation that a command is about.
#ifndef MUSTER_AGENT_MAIN_INSTALLATION_H_
#define MUSTER_AGENT_MAIN_INSTALLATION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "agent/host/control.h"
#include "agent/host/downloader.h"
#include "agent/host/folder_watch.h"
#include "agent/host/host.h"
#include "agent/host/system.h"

namespace muster::agent {

struct Installation {
  std::string label;  // for messages: the folder, or "this machine"
  std::unique_ptr<host::Host> host;
  std::unique_ptr<host::System> system;          // null where it does not run
  std::unique_ptr<host::Control> control;        // null where nothing can be done: a volume
  std::unique_ptr<host::Downloader> downloader;  // null where there is no control
  host::WatchFolder watch;                       // null where nobody tells of changes
};

// The volume whose root is `image`; where that is empty, the running system. Errors: of the host;
// FAILED_PRECONDITION where the running system is no Windows.
absl::StatusOr<Installation> OpenInstallation(const std::string& image);

// A folder with files of an installation that is elsewhere, as a host. Errors: of the host.
absl::StatusOr<std::unique_ptr<host::Host>> OpenTree(const std::string& directory);

// Whether a command may leave out the volume: on Windows.
bool RunsOnWindows();

// What --image of a command says of itself.
inline constexpr char kImageHelp[] =
    "The root of a Windows volume (on Windows: without it, this machine)";

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_INSTALLATION_H_
