// `muster-agent enroll`: makes the machine known to a server.
#ifndef MUSTER_AGENT_MAIN_ENROLL_COMMAND_H_
#define MUSTER_AGENT_MAIN_ENROLL_COMMAND_H_

#include <CLI/CLI.hpp>

namespace muster::agent {

// Adds the subcommand; `exit_code` is set when it ran.
void AddEnrollCommand(CLI::App& app, int& exit_code);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_ENROLL_COMMAND_H_
