// Which start of Windows this is, and the next one.
#ifndef MUSTER_AGENT_HOST_WINDOWS_RESTART_H_
#define MUSTER_AGENT_HOST_WINDOWS_RESTART_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace muster::host {

// The moment of this start as the kernel took it, the same whatever the clock was set to since.
// INTERNAL where the kernel does not say.
absl::StatusOr<std::string> ReadBoot();

// What Control::Restart does. Programs that do not end when they are asked to are ended.
// PERMISSION_DENIED without the right to restart.
absl::Status RestartWindows(absl::Duration notice, const std::string& message);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_RESTART_H_
