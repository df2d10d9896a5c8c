#include "tests/chaos/server_process.h"

#include <signal.h>
#include <spdlog/spdlog.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/main/server.h"
#include "tests/chaos/clock_file.h"

namespace muster::chaos {

absl::StatusOr<std::unique_ptr<store::ChildProcess>> StartServing(const Serving& serving,
                                                                  const std::string& log_file) {
  return store::ChildProcess::Start(
      {.command = {std::filesystem::read_symlink("/proc/self/exe").string(), "--serve",
                   serving.data.string(), "--conninfo", serving.conninfo, "--agent-port",
                   absl::StrCat(serving.agents), "--operator-port",
                   absl::StrCat(serving.operators)},
       .log_file = log_file,
       .working_directory = "/",
       .user = {},
       .parent_death_signal = SIGKILL});
}

void Serve(const Serving& serving) {
  const ClockFile clock(serving.data / "clock");
  server::ServerOptions options;
  options.data_folder = serving.data;
  options.conninfo = serving.conninfo;
  options.agent_listen = absl::StrCat("127.0.0.1:", serving.agents);
  options.operator_listen = absl::StrCat("127.0.0.1:", serving.operators);
  // The database may be away just now.
  for (;;) {
    auto server = server::Server::Start(options, [&clock] { return clock.Now(); });
    for (; server.ok(); absl::SleepFor(absl::Seconds(1))) (*server)->Tend();
    spdlog::warn("cannot start: {}", server.status().ToString());
    absl::SleepFor(absl::Milliseconds(200));
  }
}

}  // namespace muster::chaos
