// One agent at work: looks at its installation again and again, and keeps the server in sync.
#ifndef MUSTER_AGENT_MAIN_AGENT_H_
#define MUSTER_AGENT_MAIN_AGENT_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/main/agent_state.h"
#include "agent/main/installation.h"
#include "agent/main/installation_logs.h"
#include "agent/main/stop_request.h"
#include "agent/sync/link.h"

namespace muster::agent {

struct AgentOptions {
  std::string state_folder;
  std::string image;  // empty: the running system
  // Between looks at packages, catalogs and what else a system says: the catalogs of a machine are
  // read in seconds, and change with updates only.
  absl::Duration interval = absl::Minutes(15);
  // Between looks at logs that gave no sign of a change.
  absl::Duration log_interval = absl::Minutes(1);
  bool once = false;  // end as soon as everything is stored at the server
};

// What a caller may want to know. Called on the thread that all reactions run on.
struct AgentObserver {
  std::function<void()> on_beat = [] {};  // every few seconds
  std::function<void()> on_connected = [] {};
  std::function<void(const absl::Status& reason)> on_disconnected = [](const absl::Status&) {};
};

// Runs an agent until `stop` is requested; with `once`, until all is stored. One that holds an
// invitation but no certificate enrols first, and tries until it succeeds. An error where it could
// not start: no enrolment, another agent in this folder, no such volume, an enrolment of another
// machine and no invitation to make its own. Once in a process: some of its threads go on until
// the process ends, so the caller ends it then.
absl::Status RunAgent(const AgentOptions& options, StopRequest& stop,
                      const AgentObserver& observer);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_AGENT_H_
