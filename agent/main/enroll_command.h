// `muster-agent enroll`: makes the machine known to a server.
#ifndef MUSTER_AGENT_MAIN_ENROLL_COMMAND_H_
#define MUSTER_AGENT_MAIN_ENROLL_COMMAND_H_

#include <CLI/CLI.hpp>

#include "absl/time/time.h"
#include "agent/main/agent_state.h"

namespace muster::agent {

// Adds the subcommand; `exit_code` is set when it ran.
void AddEnrollCommand(CLI::App& app, int& exit_code);

// Renews the certificate once half of its life is over. The enrolment as it is then; that from
// before where the server cannot be reached, since a certificate that still holds is no reason to
// stop.
AgentState::Enrolment RenewIfDue(const AgentState& state, AgentState::Enrolment enrolment,
                                 absl::Time now);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_ENROLL_COMMAND_H_
