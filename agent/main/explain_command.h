// `muster-agent explain`: what a code of the servicing stack means.
#ifndef MUSTER_AGENT_MAIN_EXPLAIN_COMMAND_H_
#define MUSTER_AGENT_MAIN_EXPLAIN_COMMAND_H_

#include <CLI/CLI.hpp>

namespace muster::agent {

// When the command line names it, parsing runs it and leaves its exit code in `exit_code`: 0 all
// codes are known, 1 one is not in the table, 2 one cannot be read. `exit_code` must outlive `app`.
void AddExplainCommand(CLI::App& app, int& exit_code);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_EXPLAIN_COMMAND_H_
