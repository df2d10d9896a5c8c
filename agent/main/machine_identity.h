// Whose identity a state folder holds: this machine's, or that of the one it was copied from.
#ifndef MUSTER_AGENT_MAIN_MACHINE_IDENTITY_H_
#define MUSTER_AGENT_MAIN_MACHINE_IDENTITY_H_

#include "absl/status/status.h"
#include "agent/host/system.h"
#include "agent/main/agent_state.h"

namespace muster::agent {

// Before a key is made or used on a running system. Forgets an identity that was made on another
// machine, and one that nobody wrote down the machine of; then writes down this machine. One that
// cannot say who it is keeps what it has.
absl::Status ClaimIdentity(host::System& system, const AgentState& state);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_MACHINE_IDENTITY_H_
