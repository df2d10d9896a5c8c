#include "agent/main/generalize_command.h"

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>

#include "agent/main/agent_state.h"
#include "agent/main/state_folder.h"
#include "common/directory_lock.h"

namespace muster::agent {
namespace {

absl::Status Run(const std::string& folder) {
  std::error_code ignored;
  if (!std::filesystem::exists(folder, ignored)) {
    std::cout << folder << " is not there: nothing to forget.\n";
    return absl::OkStatus();
  }
  auto lock = DirectoryLock::Take(folder);
  if (!lock.ok()) return lock.status();
  const AgentState state(folder);
  auto found = state.Forget();
  if (!found.ok()) return found.status();
  std::cout << (*found ? "Forgotten: key, certificate, cursors and what they were made on.\n"
                       : "There was nothing to forget.\n")
            << (state.LoadInvitation().ok()
                    ? "Each machine made from this image enrols by itself when its agent starts.\n"
                      "Next: keep the service from starting (muster-agent service stop), and run "
                      "SysPrep.\n"
                    : "No token is kept: each machine made from this image needs `muster-agent "
                      "enroll`.\nTo have them enrol by themselves: muster-agent enroll --later … "
                      "before SysPrep.\n");
  return absl::OkStatus();
}

}  // namespace

void AddGeneralizeCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "generalize",
      "Forget this machine's identity, so that machines made from its image get their own");
  auto folder = std::make_shared<std::string>();
  command->add_option("--state", *folder, "Folder of the agent's state")
      ->default_val(DefaultStateFolder());
  command->footer(
      "Before SysPrep, with the agent stopped. The server's address, its authority and the "
      "enrolment\ntoken stay.");
  command->callback([folder, &exit_code] {
    const absl::Status status = Run(*folder);
    if (!status.ok()) std::cerr << "muster-agent generalize: " << status.message() << "\n";
    exit_code = status.ok() ? 0 : 1;
  });
}

}  // namespace muster::agent
