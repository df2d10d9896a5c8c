#include "agent/main/run_command.h"

#include <iostream>
#include <memory>

#include "agent/main/agent.h"
#include "agent/main/process.h"
#include "agent/main/state_folder.h"
#include "agent/main/stop_signals.h"

namespace muster::agent {
namespace {

struct RunOptions {
  AgentOptions agent;
  double interval_seconds = absl::ToDoubleSeconds(AgentOptions().interval);
  double log_interval_seconds = absl::ToDoubleSeconds(AgentOptions().log_interval);
};

int Run(RunOptions options) {
  options.agent.interval = absl::Seconds(options.interval_seconds);
  options.agent.log_interval = absl::Seconds(options.log_interval_seconds);
  auto* stop = new StopRequest;  // signals come as long as there is a process
  StopOnSignals(*stop);
  const absl::Status status = RunAgent(options.agent, *stop, {});
  if (!status.ok()) {
    std::cerr << "muster-agent run: " << status.message() << "\n";
    return 1;
  }
  EndProcess(0);  // gRPC's threads are at work still
}

}  // namespace

void AddRunCommand(CLI::App& app, int& exit_code) {
  auto options = std::make_shared<RunOptions>();
  CLI::App* command = app.add_subcommand("run",
                                         "Report a Windows installation to the server it is "
                                         "enrolled with, and keep reporting until a signal comes");
  command
      ->add_option("--state", options->agent.state_folder,
                   "Folder that `muster-agent enroll` filled")
      ->default_val(DefaultStateFolder());
  auto* image = command->add_option("--image", options->agent.image, kImageHelp)->type_name("DIR");
  if (!RunsOnWindows()) image->required();
  command
      ->add_option("--interval", options->interval_seconds,
                   "Seconds between looks at packages and catalogs")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  command
      ->add_option("--log-interval", options->log_interval_seconds,
                   "Seconds between looks at the logs")
      ->check(CLI::Range(1.0, 86'400.0))
      ->capture_default_str();
  command->add_flag("--once", options->agent.once,
                    "End with 0 as soon as everything is stored at the server");
  command->footer("Example:\n  muster-agent run --image /mnt/windows");
  command->callback([options, &exit_code] { exit_code = Run(*options); });
}

}  // namespace muster::agent
