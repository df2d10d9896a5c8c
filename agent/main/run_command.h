// `muster-agent run`: speaks for a Windows installation until it is told to stop.
#ifndef MUSTER_AGENT_MAIN_RUN_COMMAND_H_
#define MUSTER_AGENT_MAIN_RUN_COMMAND_H_

#include <CLI/CLI.hpp>

namespace muster::agent {

// Adds the subcommand; `exit_code` is set when it ran.
void AddRunCommand(CLI::App& app, int& exit_code);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_RUN_COMMAND_H_
