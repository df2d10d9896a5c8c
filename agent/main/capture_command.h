// `muster-agent capture`: a machine's evidence as files, to be sent.
#ifndef MUSTER_AGENT_MAIN_CAPTURE_COMMAND_H_
#define MUSTER_AGENT_MAIN_CAPTURE_COMMAND_H_

#include <CLI/CLI.hpp>

namespace muster::agent {

// Adds the subcommand; `exit_code` is set when it ran.
void AddCaptureCommand(CLI::App& app, int& exit_code);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_CAPTURE_COMMAND_H_
