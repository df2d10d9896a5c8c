// muster-agent: composition root. Each command registers itself and does its own wiring.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "absl/synchronization/mutex.h"
#include "agent/main/capture_command.h"
#include "agent/main/enroll_command.h"
#include "agent/main/explain_command.h"
#include "agent/main/generalize_command.h"
#include "agent/main/process.h"
#include "agent/main/run_command.h"
#include "agent/main/scan_command.h"
#include "agent/main/service/service_command.h"
#include "agent/main/version.h"
#include "common/environment.h"
#include "common/pki/pki.h"

namespace {

// Of a command line that is wrong: the same as "could not tell", so that no script takes it for an
// answer.
constexpr int kUsageError = 2;

}  // namespace

int main(int argc, char** argv) {
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  muster::pki::RequireTls13();
  muster::SetEnvironmentDefault("GRPC_VERBOSITY", "NONE");  // errors are told once, in words
  CLI::App app("Muster's agent: looks at a Windows installation's servicing health",
               "muster-agent");
  app.set_version_flag("--version", std::string("muster-agent ") + muster::agent::kVersion);
  app.require_subcommand(1);
  int exit_code = 0;
  muster::agent::AddScanCommand(app, exit_code);
  muster::agent::AddCaptureCommand(app, exit_code);
  muster::agent::AddExplainCommand(app, exit_code);
  muster::agent::AddEnrollCommand(app, exit_code);
  muster::agent::AddRunCommand(app, exit_code);
  muster::agent::AddServiceCommand(app, exit_code);
  muster::agent::AddGeneralizeCommand(app, exit_code);
  try {
    std::vector<std::string> arguments = muster::agent::Arguments(argc, argv);
    std::reverse(arguments.begin(), arguments.end());  // as CLI11 wants them
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kUsageError;
  }
  return exit_code;
}
