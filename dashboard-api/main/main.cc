// muster-dashboard: the operator API over HTTP, and the web page.
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <iostream>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/files.h"
#include "common/http/server.h"
#include "common/http/static_files.h"
#include "common/log/log_format.h"
#include "common/pki/pki.h"
#include "common/telemetry/listener.h"
#include "common/trace/tracing.h"
#include "common/trace/tracing_flags.h"
#include "dashboard-api/api/api.h"
#include "dashboard-api/api/backend.h"
#include "dashboard-api/api/site.h"
#include "dashboard-api/main/metrics.h"
#include "dashboard-api/transcoder/openapi.h"

namespace muster::dashboard {
namespace {

constexpr int kBadUsage = 2;
// A page of 1,000 machines, or one machine with all of its evidence.
constexpr int kMaxResponseBytes = 64 * 1024 * 1024;

struct Options {
  std::string server;
  std::string ca_file;
  http::ServerOptions http;
  bool insecure_http = false;
  std::string metrics_listen;
  trace::TracingOptions tracing;
  std::string web_folder;
  std::string announce_file;
  bool print_openapi = false;
  unsigned threads = 2;
};

bool IsLoopback(const std::string& listen) {
  return absl::StartsWith(listen, "127.") || absl::StartsWith(listen, "[::1]:");
}

absl::Status CheckTransport(const Options& options) {
  const bool tls = !options.http.certificate_file.empty();
  if (tls && options.insecure_http) {
    return absl::InvalidArgumentError("--insecure-http and --tls-cert exclude each other");
  }
  if (tls) return absl::OkStatus();
  if (!options.insecure_http) {
    return absl::InvalidArgumentError(
        "give --tls-cert and --tls-key; or --insecure-http to try things out on this machine");
  }
  if (!IsLoopback(options.http.listen)) {
    return absl::InvalidArgumentError(
        "--insecure-http takes a loopback address: passwords would cross the network in the clear");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const Options& options) {
  auto pem = ReadSmallFile(options.ca_file);
  if (!pem.ok()) return pem.status();
  if (auto info = pki::ReadCertificate(*pem); !info.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(options.ca_file, ": ", info.status().message()));
  }
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = *std::move(pem);
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxResponseBytes);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);            // the server is inside the house
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 5000);  // people wait at the page
  return grpc::CreateCustomChannel(options.server, grpc::SslCredentials(tls), arguments);
}

absl::Status PrintOpenApi() {
  auto routes = transcoder::RouteTable::OfOperatorApi();
  if (routes.ok()) std::cout << transcoder::OpenApiDocument(*routes) << std::flush;
  return routes.status();
}

absl::Status Serve(Options& options) {
  if (options.server.empty() || options.ca_file.empty()) {
    return absl::InvalidArgumentError("give --server and --ca");
  }
  if (auto transport = CheckTransport(options); !transport.ok()) return transport;
  auto channel = Connect(options);
  if (!channel.ok()) return channel.status();
  auto routes = transcoder::RouteTable::OfOperatorApi();
  if (!routes.ok()) return routes.status();
  http::StaticFiles files;
  if (!options.web_folder.empty()) {
    auto loaded = http::StaticFiles::Load(options.web_folder);
    if (!loaded.ok()) return loaded.status();
    files = *std::move(loaded);
  }
  Backend backend(*std::move(channel));
  const trace::Tracing tracing(options.tracing, "muster-dashboard", MUSTER_VERSION);
  Api api(backend, *std::move(routes), ApiOptions(), tracing.tracer());
  Site site(backend, api, std::move(files), transcoder::OpenApiDocument(api.routes()));
  Metrics metrics([&tracing] { return tracing.counts(); });

  const bool tls = !options.insecure_http;
  options.http.headers = SecurityHeaders(tls);
  boost::asio::io_context io(static_cast<int>(options.threads));
  auto server = http::Server::Start(
      io, options.http, [&site](http::Exchange& exchange) { return site.Handle(exchange); },
      metrics);
  if (!server.ok()) return server.status();
  std::unique_ptr<telemetry::Listener> telemetry_listener;
  if (!options.metrics_listen.empty()) {
    auto started = telemetry::Listener::Start(
        options.metrics_listen,
        {[&metrics] { return metrics.Text(); }, [] { return ""; },
         [&backend] { return backend.IsAway() ? "the server cannot be reached" : ""; }});
    if (!started.ok()) return started.status();
    telemetry_listener = *std::move(started);
  }
  if (!options.announce_file.empty()) {
    const absl::Status announced = ReplaceFileContent(
        options.announce_file,
        absl::StrCat("http_port=", (*server)->port(),
                     "\nmetrics_port=", telemetry_listener ? telemetry_listener->port() : 0, "\n"),
        FileMode::kPrivate);
    if (!announced.ok()) return announced;
  }
  spdlog::info("port {}", (*server)->port());
  boost::asio::signal_set signals(io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    spdlog::info("stopping");
    (*server)->Stop();
  });
  std::vector<std::thread> threads;
  for (unsigned i = 1; i < options.threads; ++i) threads.emplace_back([&io] { io.run(); });
  io.run();
  for (std::thread& thread : threads) thread.join();
  return absl::OkStatus();
}

int Main(int argc, char** argv) {
#ifdef NDEBUG
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
#endif
  pki::RequireTls13();
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);       // errors are told once, in words
  setenv("GRPC_DNS_RESOLVER", "native", /*overwrite=*/0);  // names as the system knows them

  Options options;
  CLI::App app("Serves a Muster server's operator API over HTTP, and the web page.");
  app.set_version_flag("--version", MUSTER_VERSION);
  app.add_option("--server", options.server, "HOST:PORT of the server's operator API");
  app.add_option("--ca", options.ca_file, "The server's CA certificate (PEM)");
  app.add_option("--listen", options.http.listen, "ADDRESS:PORT for browsers and scripts")
      ->default_val("127.0.0.1:8080");
  app.add_option("--tls-cert", options.http.certificate_file, "Certificate chain for them (PEM)");
  app.add_option("--tls-key", options.http.key_file, "Its key (PEM)");
  app.add_flag("--insecure-http", options.insecure_http,
               "Plain HTTP, on a loopback address, to try things out");
  app.add_option("--web", options.web_folder, "Folder of the web page's files");
  app.add_option("--metrics-listen", options.metrics_listen,
                 "ADDRESS:PORT for /metrics, /healthz and /readyz; none by default");
  trace::AddTracingFlags(app, options.tracing);
  std::string log_format = "text";
  app.add_option("--log-format", log_format,
                 "Of what it says of itself on standard error: text or json; the access log on "
                 "standard output is JSON always")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  app.add_option("--threads", options.threads, "For HTTP; gRPC has its own")
      ->check(CLI::Range(1, 64))
      ->capture_default_str();
  app.add_option("--announce", options.announce_file,
                 "Once up, write the ports in use to this file");
  app.add_flag("--print-openapi", options.print_openapi,
               "Write the API's OpenAPI description and end");
  app.footer(
      "Examples:\n"
      "  muster-dashboard --server localhost:8444 --ca /var/lib/muster/authority.pem --listen "
      "0.0.0.0:443 --tls-cert muster.pem --tls-key muster.key --web /usr/share/muster/web\n"
      "  muster-dashboard --server localhost:8444 --ca authority.pem --insecure-http\n");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : kBadUsage;
  }
  auto log = spdlog::stderr_logger_mt("muster-dashboard");
  log->set_formatter(log_format == "json" ? JsonLogFormat() : TextLogFormat());
  spdlog::set_default_logger(std::move(log));
  const absl::Status served = options.print_openapi ? PrintOpenApi() : Serve(options);
  if (served.ok()) return 0;
  std::cerr << "muster-dashboard: " << served.message() << "\n";
  return absl::IsInvalidArgument(served) ? kBadUsage : 1;
}

}  // namespace
}  // namespace muster::dashboard

int main(int argc, char** argv) { return muster::dashboard::Main(argc, argv); }
