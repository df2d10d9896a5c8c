// The third seam to a Windows installation: what a running one can be made to do. Closed: three
// programs of Windows, with arguments that this header builds, and a restart.
#ifndef MUSTER_AGENT_HOST_CONTROL_H_
#define MUSTER_AGENT_HOST_CONTROL_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace muster::host {

// A program of Windows' own system folder.
enum class SystemProgram {
  kWusa,    // wusa.exe, the Windows Update Standalone Installer
  kDism,    // dism.exe
  kExpand,  // expand.exe, which takes cabinets apart
};

// One start of a program. Arguments are passed as they are: nothing reads them but the program.
struct Command {
  SystemProgram program = SystemProgram::kWusa;
  std::vector<std::string> arguments;  // UTF-8
};

// Names a process also after the one that started it is gone.
struct ProcessId {
  uint32_t id = 0;
  uint64_t created = 0;  // tells it from another that has its id later
};

// How a process ended.
struct ProcessEnd {
  enum class Kind {
    kExited,    // `code`
    kTimedOut,  // was ended, with what it had started
    kLost,      // it is no longer there, and nobody knows how it ended
  };
  Kind kind = Kind::kLost;
  uint32_t code = 0;
};

// What bears on whether an installer may be started. An unset value was not to be had.
struct Readiness {
  std::optional<uint64_t> free_disk_bytes = std::nullopt;  // on the system's volume
  std::optional<bool> on_battery = std::nullopt;
  bool installer_busy = false;  // Windows Installer is at work (mutex Global\_MSIExecute)
  bool servicing_busy = false;  // TrustedInstaller is at work on something
  bool restart_pending = false;
  bool update_service_disabled = false;  // wuauserv, without which wusa.exe does nothing
  std::string architecture;              // of Windows: "amd64", "x86"
};

// Thread-safe. Calls block; Await for as long as the process runs.
class Control {
 public:
  virtual ~Control() = default;

  virtual Readiness Look() = 0;

  // Starts it; it outlives this program. NOT_FOUND: there is no such program.
  virtual absl::StatusOr<ProcessId> Start(const Command& command) = 0;
  // Waits for a process that Start gave, now or in an earlier life of this program.
  virtual ProcessEnd Await(const ProcessId& process, absl::Duration limit) = 0;

  // Which boot this is: another text after a restart.
  virtual absl::StatusOr<std::string> Boot() = 0;
  // Restarts Windows after `notice`, telling who is logged on. They can call it off: then it does
  // not happen.
  virtual absl::Status Restart(absl::Duration notice, const std::string& message) = 0;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_CONTROL_H_
