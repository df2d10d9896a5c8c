// muster-server.
#include <pthread.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/log/log_format.h"
#include "common/pki/pki.h"
#include "common/trace/tracing_flags.h"
#include "server/main/server.h"

namespace muster::server {
namespace {

// libpq takes an empty connection string for the local socket.
std::string NotEmpty(const std::string& value) {
  return value.empty() ? "is empty: write for example 'host=db.example.com dbname=muster'" : "";
}

std::string HostName() {
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  return name;
}

// For scripts that start a server on a free port and must learn which.
absl::Status Announce(const Server& server, const std::string& path) {
  return ReplaceFileContent(
      path,
      absl::StrCat("agent_port=", server.agent_port(), "\noperator_port=", server.operator_port(),
                   "\nmetrics_port=", server.metrics_port(), "\nauthority=",
                   server.authority_file(), "\nadmin_token=", server.admin_token_file(), "\n"),
      FileMode::kPrivate);
}

int Serve(const ServerOptions& options, const std::string& announce_file, const sigset_t& signals) {
  auto server = Server::Start(options, [] { return absl::Now(); });
  absl::Status status = server.status();
  if (status.ok() && !announce_file.empty()) status = Announce(**server, announce_file);
  if (!status.ok()) {
    std::cerr << "muster-server: " << status.message() << "\n";
    return 1;
  }
  spdlog::info("agents: port {}; operators: port {}", (*server)->agent_port(),
               (*server)->operator_port());
  spdlog::info("certificate authority: {}; admin token: {}", (*server)->authority_file(),
               (*server)->admin_token_file());
  const timespec second{1, 0};
  while (sigtimedwait(&signals, nullptr, &second) < 0) (*server)->Tend();
  spdlog::info("stopping");
  return 0;
}

int Main(int argc, char** argv) {
#ifdef NDEBUG
  // Its cost grows with the number of connections, and would be half of the throughput.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  pki::RequireTls13();
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);  // errors are told once, in words
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);  // before any thread is made

  ServerOptions options;
  options.version = MUSTER_VERSION;
  options.names.push_back(HostName());
  std::vector<std::string> names;
  std::string announce_file;
  CLI::App app(
      "Keeps what the agents of a Windows fleet report, judges it, and answers operators.");
  app.set_version_flag("--version", MUSTER_VERSION);
  app.add_option("--data", options.data_folder,
                 "Folder for the certificate authority, certificates and the first admin token")
      ->default_val("/var/lib/muster");
  auto* database = app.add_option_group("database")->require_option(1);
  database
      ->add_option("--postgres", options.conninfo,
                   "libpq connection string of a PostgreSQL database, 15 or later")
      ->check(NotEmpty);
  database->add_option("--embedded-postgres", options.embedded_folder,
                       "Run a private PostgreSQL cluster in this folder instead");
  app.add_option("--agent-listen", options.agent_listen, "ADDRESS:PORT for agents")
      ->capture_default_str();
  app.add_option("--operator-listen", options.operator_listen, "ADDRESS:PORT for operators")
      ->capture_default_str();
  app.add_option(
      "--metrics-listen", options.metrics_listen,
      "ADDRESS:PORT for /metrics (Prometheus), /healthz and /readyz over plain HTTP; none "
      "by default");
  trace::AddTracingFlags(app, options.tracing);
  std::string log_format = "text";
  app.add_option("--log-format", log_format, "Of the log on standard output: text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--name", names,
                 "A DNS name or address by which agents and operators reach this server, beside "
                 "this host's name and localhost; may be repeated");
  app.add_option("--rules", options.rules_folder,
                 "Folder of *.textproto rules (default: built in)");
  app.add_option("--database-connections", options.database_connections, "At most so many")
      ->check(CLI::Range(4, 100))
      ->capture_default_str();
  app.add_option(
         "--payload-rate", options.gateway.payload_rates.total,
         "Payloads go out at so many bytes a second at most, as in 20MB; 0: as fast as it goes")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/true))
      ->default_str("0");
  app.add_option("--payload-site-rate", options.gateway.payload_rates.per_site,
                 "The same to the machines of one site")
      ->transform(CLI::AsSizeValue(/*kb_is_1000=*/true))
      ->default_str("0");
  int64_t evidence_days = absl::ToInt64Hours(options.evidence.keep) / 24;
  app.add_option("--evidence-days", evidence_days,
                 "Evidence that orders collected is kept for so many days")
      ->check(CLI::Range(1, 3650))
      ->capture_default_str();
  app.add_option("--smtp", options.notifications.smtp.url,
                 "Mail relay for notifications, smtp://HOST:PORT or smtps://HOST:PORT");
  app.add_option("--smtp-from", options.notifications.smtp.from, "Sender's mail address");
  app.add_option("--smtp-user", options.notifications.smtp.user,
                 "User at the relay; its password is in MUSTER_SMTP_PASSWORD");
  app.add_option("--announce", announce_file,
                 "Once up, write the ports and file names in use to this file");
  app.footer(
      "Examples:\n"
      "  muster-server --data /var/lib/muster --embedded-postgres /var/lib/muster/postgres --name "
      "muster.example.com\n"
      "  muster-server --postgres 'host=db.example.com dbname=muster'\n"
      "The first start writes DATA/admin.token; use it with musterctl to make tokens for everybody "
      "else.");
  CLI11_PARSE(app, argc, argv);
  spdlog::set_formatter(log_format == "json" ? JsonLogFormat() : TextLogFormat());
  options.evidence.keep = absl::Hours(24 * evidence_days);
  const char* password = std::getenv("MUSTER_SMTP_PASSWORD");
  if (password != nullptr) options.notifications.smtp.password = password;
  options.names.insert(options.names.end(), names.begin(), names.end());
  return Serve(options, announce_file, signals);
}

}  // namespace
}  // namespace muster::server

int main(int argc, char** argv) { return muster::server::Main(argc, argv); }
