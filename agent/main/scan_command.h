// `muster-agent scan`: judges a Windows volume that is not running, without a server.
#ifndef MUSTER_AGENT_MAIN_SCAN_COMMAND_H_
#define MUSTER_AGENT_MAIN_SCAN_COMMAND_H_

#include <CLI/CLI.hpp>

namespace muster::agent {

// When the command line names it, parsing runs it and leaves its exit code in `exit_code`: 0 clean,
// 1 affected or at risk, 2 could not tell (also: wrong usage, no Windows volume). `exit_code` must
// outlive `app`.
void AddScanCommand(CLI::App& app, int& exit_code);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SCAN_COMMAND_H_
