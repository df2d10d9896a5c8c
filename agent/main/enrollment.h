// Exchanging the machine's key for a certificate: at first, and again as long as it lives.
#ifndef MUSTER_AGENT_MAIN_ENROLLMENT_H_
#define MUSTER_AGENT_MAIN_ENROLLMENT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "agent/main/agent_state.h"

namespace muster::agent {

// Makes the machine known to the server of the invitation and stores the certificate. Blocks, for
// at most half a minute. `authority_name` is what the user calls the authority's file, for
// messages. Errors say what to do about them.
absl::Status EnrolMachine(const AgentState& state, const AgentState::Invitation& invitation,
                          const std::string& authority_name);

// Renews the certificate once half of its life is over. The enrolment as it is then; that from
// before where the server cannot be reached, since a certificate that still holds is no reason to
// stop.
AgentState::Enrolment RenewIfDue(const AgentState& state, AgentState::Enrolment enrolment,
                                 absl::Time now);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_ENROLLMENT_H_
