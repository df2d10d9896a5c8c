// The agent as an entry of Windows' service control manager: made, changed, asked, removed.
#ifndef MUSTER_AGENT_MAIN_SERVICE_SERVICE_CONTROL_H_
#define MUSTER_AGENT_MAIN_SERVICE_SERVICE_CONTROL_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::agent {

inline constexpr char kServiceName[] = "MusterAgent";
inline constexpr wchar_t kServiceNameWide[] = L"MusterAgent";

struct ServiceStatus {
  bool installed = false;
  std::string state;       // "running", "stopped", "start pending", …
  std::string start_type;  // "automatic", "automatic (delayed)", "manual", "disabled"
  std::string command;     // as the service control manager starts it
  uint32_t process = 0;    // id; 0 where it does not run
  uint32_t exit_code = 0;  // Win32, of its last run
  uint32_t service_exit_code = 0;
};

// Makes the service, or brings the one that is there up to date: `command` is its command line, the
// program quoted; LocalSystem, automatic and delayed, restarted one, two and five minutes after a
// failure. Answers remarks on what this Windows would not do, which is no failure.
// PERMISSION_DENIED: says to run as administrator.
absl::StatusOr<std::vector<std::string>> InstallService(const std::string& command);

// Both wait until it runs, or has stopped, at most half a minute: DEADLINE_EXCEEDED.
// FAILED_PRECONDITION where it is not installed, or ended with an error.
absl::Status StartServiceAndWait();
absl::Status StopServiceAndWait();

// Stops and removes it, and its event source. Nothing where it is not installed.
absl::Status RemoveService();

absl::StatusOr<ServiceStatus> QueryService();

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SERVICE_SERVICE_CONTROL_H_
