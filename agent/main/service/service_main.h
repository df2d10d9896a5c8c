// The process that the service control manager starts.
#ifndef MUSTER_AGENT_MAIN_SERVICE_SERVICE_MAIN_H_
#define MUSTER_AGENT_MAIN_SERVICE_SERVICE_MAIN_H_

#include "absl/status/status.h"
#include "agent/main/agent.h"

namespace muster::agent {

// Connects to the service control manager and runs the agent as it says; ends the process when the
// service has stopped, and answers only where it could not begin: FAILED_PRECONDITION where the
// process was not started by the service control manager. Logs to logs\muster-agent.log in the
// state folder, and says the few things that matter in the event log.
absl::Status RunService(const AgentOptions& options);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SERVICE_SERVICE_MAIN_H_
