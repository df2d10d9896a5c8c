// musterctl's command line: what may be written, and what each command does.
#ifndef MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_H_
#define MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_H_

#include <CLI/CLI.hpp>
#include <functional>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/settings.h"

namespace muster::ctl {

// What a parsed command line asks for.
struct Invocation {
  Flags flags;
  std::function<absl::Status(Client& client, Console& console)> command;
};

// Adds flags and commands to `app`; parsing fills `invocation`, which must outlive `app`.
void AddCommands(CLI::App& app, Invocation& invocation);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_H_
