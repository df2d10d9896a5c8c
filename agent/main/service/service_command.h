// `muster-agent service`: the agent as a Windows service. There is none elsewhere.
#ifndef MUSTER_AGENT_MAIN_SERVICE_SERVICE_COMMAND_H_
#define MUSTER_AGENT_MAIN_SERVICE_SERVICE_COMMAND_H_

#include <CLI/CLI.hpp>

namespace muster::agent {

// Adds the subcommand where this system has services of the kind; `exit_code` is set when it ran.
void AddServiceCommand(CLI::App& app, int& exit_code);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SERVICE_SERVICE_COMMAND_H_
