// musterctl's command line: what may be written, and what each command does.
#ifndef MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_H_
#define MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_H_

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"
#include "dashboard-api/ctl/names.h"
#include "dashboard-api/ctl/settings.h"

namespace muster::ctl {

// What a parsed command line asks for.
struct Invocation {
  Flags flags;
  std::string output = "table";  // Console::output
  std::string no_csv;            // why the command has none; empty: it has
  std::string watch_every;       // as ParseInterval reads it; empty: once
  std::function<absl::Status(Client& client, Console& console)> command;
  std::function<void(Console& console)> without_server;  // instead, where it is set
  std::map<const CLI::Option*, NameSource> names;        // what may stand there, for completion
};

// Adds flags and commands to `app`; parsing fills `invocation`, which must outlive `app`.
void AddCommands(CLI::App& app, Invocation& invocation);

// INVALID_ARGUMENT where the command that was parsed has no answer of the shape that is asked for.
absl::Status CheckOutput(const Invocation& invocation);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_COMMAND_LINE_H_
