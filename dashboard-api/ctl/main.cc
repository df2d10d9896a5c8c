// musterctl: the operators' command line.
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string>

#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "common/pki/pki.h"
#include "dashboard-api/ctl/command_line.h"
#include "dashboard-api/ctl/safe_text.h"

namespace {

constexpr int kFailed = 1;
constexpr int kBadUsage = 2;

constexpr char kExamples[] = R"(
Examples:
  musterctl machines list --filter 'verdict = AFFECTED'
  musterctl machines list --filter 'verdict = AT_RISK AND site = "Berlin"' --order-by breaks_at
  musterctl machines list --format csv > fleet.csv
  musterctl machines show PC-0042 --as-of 2013-07-01T09:00:00+02:00
  musterctl summary --by site
  musterctl enrollment-tokens create --uses 50 --lifetime 24h > enroll.token
  musterctl tokens create --role viewer --description 'wall display' --lifetime 90d
  musterctl campaigns create --title KB2749655 --install KB2749655 --filter 'site = "Berlin"'

Exit status: 0 done, 1 the server refused or could not be reached, 2 bad usage.)";

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

bool WantsColours() {
  return isatty(STDOUT_FILENO) == 1 && FromEnvironment("NO_COLOR").empty() &&
         FromEnvironment("TERM") != "dumb";
}

int Fail(const absl::Status& status, int exit_code) {
  std::cerr << "musterctl: "
            << muster::ctl::ForTerminal({status.message().data(), status.message().size()}) << "\n";
  return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  muster::pki::RequireTls13();
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);       // errors are told once, in words
  setenv("GRPC_DNS_RESOLVER", "native", /*overwrite=*/0);  // names as the system knows them

  CLI::App app{"Asks a Muster server about a fleet, and says who may.", "musterctl"};
  app.footer(kExamples);
  muster::ctl::Invocation invocation;
  muster::ctl::AddCommands(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  auto settings = muster::ctl::ResolveSettings(invocation.flags, FromEnvironment);
  if (!settings.ok()) return Fail(settings.status(), kBadUsage);
  auto client = muster::ctl::Client::Create(*std::move(settings));
  if (!client.ok()) return Fail(client.status(), kBadUsage);
  muster::ctl::Console console{std::cout, std::cerr, WantsColours()};
  if (auto done = invocation.command(*client, console); !done.ok()) return Fail(done, kFailed);
  std::cout.flush();
  return std::cout.good() ? 0
                          : Fail(absl::DataLossError("the answer could not be written"), kFailed);
}
