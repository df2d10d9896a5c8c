// The agent's entries in Windows' event log Application. What each says: messages.mc.
#ifndef MUSTER_AGENT_MAIN_SERVICE_EVENT_SOURCE_H_
#define MUSTER_AGENT_MAIN_SERVICE_EVENT_SOURCE_H_

#include <string>

#include "absl/status/status.h"

namespace muster::agent {

enum class ServiceEvent {
  kStarted,
  kStopped,
  kFailed,
  kHung,
  kConnected,
  kDisconnected,
};

// Tells Windows that this program holds the words of the source's events. PERMISSION_DENIED: says
// to run as administrator.
absl::Status RegisterEventSource();
absl::Status RemoveEventSource();

// Writes one; `detail` fills its place in the words. Never fails: what Windows does not take is
// lost.
void ReportServiceEvent(ServiceEvent event, const std::string& detail);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SERVICE_EVENT_SOURCE_H_
