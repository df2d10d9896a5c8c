// musterctl: the operators' command line.
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/pki/pki.h"
#include "dashboard-api/ctl/command_line.h"
#include "dashboard-api/ctl/exit_code.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/values.h"
#include "dashboard-api/ctl/watch.h"

namespace {

constexpr char kExamples[] = R"(
Examples:
  musterctl machines list --filter 'verdict = AFFECTED'
  musterctl machines list --filter 'verdict = AT_RISK AND site = "Berlin"' --order-by breaks_at
  musterctl machines list --output csv > fleet.csv
  musterctl machines show PC-0042 --as-of 2013-07-01T09:00:00+02:00
  musterctl summary --by site
  musterctl enrollment-tokens create --uses 50 --lifetime 24h > enroll.token
  musterctl tokens create --role viewer --description 'wall display' --lifetime 90d
  musterctl campaigns create --title KB2749655 --install KB2749655 --filter 'site = "Berlin"'

The options of musterctl itself (--output, --server, …; see musterctl --help) may stand after each
command.)";

bool WantsColours() {
  return isatty(STDOUT_FILENO) == 1 && muster::ctl::ProcessEnvironment("NO_COLOR").empty() &&
         muster::ctl::ProcessEnvironment("TERM") != "dumb";
}

int Fail(const absl::Status& status) {
  std::cerr << "musterctl: "
            << muster::ctl::ForTerminal({status.message().data(), status.message().size()}) << "\n";
  return muster::ctl::ExitCodeOf(status);
}

// Once, or again and again.
absl::Status Run(const std::function<absl::Status(muster::ctl::Console&)>& command,
                 const std::string& watch_every, muster::ctl::Console& console) {
  if (watch_every.empty()) return command(console);
  const auto wait = [every = *muster::ctl::ParseInterval(watch_every)] {
    absl::SleepFor(every);
    return true;
  };
  return muster::ctl::Watch(command, {.wait = wait}, console);
}

// CLI11 answers a command that is not there with "A subcommand is required".
int Refuse(const CLI::App& app, const CLI::ParseError& error) {
  const std::vector<std::string> rest = app.remaining(/*recurse=*/true);
  if (error.get_name() == "RequiredError" && !rest.empty()) {
    Fail(absl::InvalidArgumentError(
        absl::StrCat("there is no \"", rest.front(),
                     "\" here: --help after what stands before it says what is")));
    return muster::ctl::kBadUsage;
  }
  return app.exit(error) == 0 ? muster::ctl::kDone : muster::ctl::kBadUsage;
}

int Finish() {
  std::cout.flush();
  if (std::cout.good()) return 0;
  return Fail(absl::DataLossError("the answer could not be written"));
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  muster::pki::RequireTls13();
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);       // errors are told once, in words
  setenv("GRPC_DNS_RESOLVER", "native", /*overwrite=*/0);  // names as the system knows them

  CLI::App app{"Asks a Muster server about a fleet, and says who may.", "musterctl"};
  app.footer(absl::StrCat(kExamples, "\n\n", muster::ctl::kExitCodeHelp));
  app.set_version_flag("--version", MUSTER_VERSION);
  muster::ctl::Invocation invocation;
  muster::ctl::AddCommands(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Refuse(app, error);
  }
  if (auto fits = muster::ctl::CheckOutput(invocation); !fits.ok()) return Fail(fits);
  muster::ctl::Console console{std::cout, std::cerr, WantsColours(), invocation.output};
  if (invocation.without_server) {
    invocation.without_server(console);
    return Finish();
  }
  auto settings = muster::ctl::ResolveSettings(invocation.flags, muster::ctl::ProcessEnvironment);
  // A file that is named and not there is bad usage, and no answer of the server.
  if (!settings.ok()) {
    Fail(settings.status());
    return absl::IsUnauthenticated(settings.status()) ? muster::ctl::kNotAllowed
                                                      : muster::ctl::kBadUsage;
  }
  auto client = muster::ctl::Client::Create(*std::move(settings));
  if (!client.ok()) return Fail(client.status());
  const auto run = [&](muster::ctl::Console& to) { return invocation.command(*client, to); };
  if (auto done = Run(run, invocation.watch_every, console); !done.ok()) {
    std::cout.flush();
    return Fail(done);
  }
  return Finish();
}
