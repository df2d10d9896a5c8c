// Whether a folder is the root of a Windows volume.
#ifndef MUSTER_AGENT_HOST_VOLUME_H_
#define MUSTER_AGENT_HOST_VOLUME_H_

#include <string>

#include "absl/status/status.h"
#include "agent/host/host.h"

namespace muster::host {

// `directory` is what the user calls it, for messages. FAILED_PRECONDITION where it is no Windows
// volume, with what is missing and what to give instead; the host's error where it cannot be read.
absl::Status CheckIsWindowsVolume(Host& host, const std::string& directory);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_VOLUME_H_
