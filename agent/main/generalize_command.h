// `muster-agent generalize`: makes an installation fit to be cloned.
#ifndef MUSTER_AGENT_MAIN_GENERALIZE_COMMAND_H_
#define MUSTER_AGENT_MAIN_GENERALIZE_COMMAND_H_

#include <CLI/CLI.hpp>

namespace muster::agent {

// Adds the subcommand; `exit_code` is set when it ran.
void AddGeneralizeCommand(CLI::App& app, int& exit_code);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_GENERALIZE_COMMAND_H_
