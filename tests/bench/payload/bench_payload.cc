// How fast muster-server gives one payload to a thousand machines, against nginx with the same
// file, certificates and TLS, and one client for both; see --help.
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "agent/sync/grpc_stream.h"
#include "common/digest.h"
#include "common/pki/pki.h"
#include "tests/bench/payload/http2_client.h"
#include "tests/bench/support/processes.h"
#include "tests/bench/support/server_process.h"
#include "tests/testdata/authority.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/free_port.h"
#include "tests/testdata/msu_maker.h"

namespace muster::bench {
namespace {

namespace fs = std::filesystem;
constexpr double kMinRatio = 0.5;
constexpr size_t kOtherFiles = 1'000;

struct Options {
  int machines = 1000;
  int runs = 3;
  size_t payload_bytes = 5'000'000;
};

std::string PayloadOf(size_t bytes) {
  testdata::MsuSpec spec;
  spec.catalog = testdata::MakeCatalog(testdata::Authority::OfProcess(), testdata::CatalogSpec());
  spec.padding = bytes;
  return testdata::MakeMsu(spec);
}

// One machine's name and certificate: each connection is a handshake of its own all the same.
sync::GatewayAddress Enrol(ServerProcess& server) {
  const pki::PrivateKey key = pki::PrivateKey::Generate();
  sync::GatewayAddress address;
  address.target = server.agent_target();
  address.authority = server.authority_pem();
  v1::EnrollRequest request;
  request.set_token(server.NewEnrollmentToken(1));
  request.set_csr(key.CreateSigningRequest("PC-1"));
  request.mutable_attributes()->set_name("PC-1");
  auto response = sync::Enroll(address, request, absl::Seconds(30));
  Require(response.status());
  address.key = key.ToPem();
  address.certificate = *pki::CertificateDerToPem(response->certificate());
  return address;
}

constexpr char kNginxConfiguration[] = R"(
daemon off;
master_process on;
worker_processes auto;
worker_rlimit_nofile 8192;
user root;
pid FOLDER/nginx.pid;
error_log FOLDER/nginx.log;
events { worker_connections 4096; }
http {
  access_log off;
  sendfile on;
  client_body_temp_path FOLDER/t1; proxy_temp_path FOLDER/t2; fastcgi_temp_path FOLDER/t3;
  uwsgi_temp_path FOLDER/t4; scgi_temp_path FOLDER/t5;
  server {
    listen 127.0.0.1:PORT ssl http2 backlog=4096;
    ssl_protocols TLSv1.3;
    ssl_certificate SECRET;
    ssl_certificate_key SECRET;
    ssl_client_certificate FOLDER/authority.pem;
    ssl_verify_client on;
    root FOLDER/files;
  }
}
)";

struct Nginx {
  std::unique_ptr<store::ChildProcess> program;
  int port = 0;
};

Nginx StartNginx(const fs::path& folder, const ServerProcess& server, const std::string& payload) {
  Nginx nginx;
  nginx.port = testdata::FreePort();
  fs::create_directories(folder / "files");
  std::ofstream(folder / "files" / "payload", std::ios::binary) << payload;
  std::ofstream(folder / "authority.pem") << server.authority_pem();
  std::ofstream(folder / "nginx.conf")
      << absl::StrReplaceAll(kNginxConfiguration, {{"FOLDER", folder.string()},
                                                   {"PORT", absl::StrCat(nginx.port)},
                                                   {"SECRET", server.secret_file().string()}});
  nginx.program =
      StartProgram({"/usr/sbin/nginx", "-c", folder / "nginx.conf", "-e", folder / "nginx.log"},
                   folder / "nginx.out", [&] { return fs::exists(folder / "nginx.pid"); });
  return nginx;
}

// A gRPC message as it travels (gRPC over HTTP/2, Length-Prefixed-Message).
std::string Framed(const std::string& message) {
  std::string framed(5, '\0');
  for (int i = 0; i < 4; ++i) framed[4 - i] = static_cast<char>(message.size() >> (8 * i));
  return framed + message;
}

struct Measured {
  double megabytes_per_second = 0;
  double server_seconds = 0;  // of processor time
};

Measured Measure(const char* name, const DownloadOptions& options, pid_t server, size_t bytes) {
  const absl::Duration before = ProcessorTime(server);
  auto all = DownloadAll(options);
  Require(all.status());
  const absl::Duration used = ProcessorTime(server) - before;
  if (all->least_bytes < bytes) Require(absl::InternalError("a download was cut short"));
  const double goodput = static_cast<double>(bytes) * options.downloads / 1e6;
  const Measured measured{goodput / absl::ToDoubleSeconds(all->time), absl::ToDoubleSeconds(used)};
  std::printf("  %-14s %6.2f s, %5.0f MB/s; processor: server %.2f s, client %.2f s (%s)\n", name,
              absl::ToDoubleSeconds(all->time), measured.megabytes_per_second,
              measured.server_seconds, absl::ToDoubleSeconds(all->processor), all->cipher.c_str());
  std::fflush(stdout);
  return measured;
}

void CheckContent(const sync::GatewayAddress& address, const Digest& digest) {
  Sha256Stream content;
  Require(sync::FetchPayload(address, digest.ToBytes(), 0, absl::Minutes(1),
                             [&](absl::string_view data) {
                               content.Update(data);
                               return absl::OkStatus();
                             }));
  if (content.Finish() != digest) Require(absl::InternalError("other bytes came than were sent"));
}

int Main(int argc, char** argv) {
  pki::RequireTls13();
  std::signal(SIGPIPE, SIG_IGN);
  Options options;
  CLI::App app(
      "Downloads one payload for many machines at once, each on a connection of its own with "
      "mutual "
      "TLS 1.3 over HTTP/2: by FetchPayload from muster-server, and as a file from nginx.\n"
      "Client and server share the processors. Exit code 1 where the target is missed.");
  app.add_option("--machines", options.machines, "Downloads at once")->capture_default_str();
  app.add_option("--runs", options.runs, "Medians are over so many")->capture_default_str();
  app.add_option("--bytes", options.payload_bytes, "Of the payload")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  RaiseFileLimit(static_cast<size_t>(options.machines) + kOtherFiles);

  ScratchFolder folder;
  double ratio = 0;
  {
    ServerProcess server(folder.path());
    const std::string payload = PayloadOf(options.payload_bytes);
    const v1::StoredPayload stored = server.Upload("Windows6.1-KB2749655-x64.msu", payload);
    const sync::GatewayAddress address = Enrol(server);
    CheckContent(address, *Digest::FromBytes(stored.payload().sha256()));
    const Nginx nginx = StartNginx(folder.path(), server, payload);

    DownloadOptions file;
    file.port = nginx.port;
    file.authority = address.authority;
    file.certificate = address.certificate;
    file.key = address.key;
    file.downloads = options.machines;
    file.headers = {{":method", "GET"},
                    {":scheme", "https"},
                    {":authority", "localhost"},
                    {":path", "/payload"}};
    DownloadOptions fetch = file;
    fetch.port = std::stoi(address.target.substr(address.target.find(':') + 1));
    v1::FetchPayloadRequest request;
    request.set_sha256(stored.payload().sha256());
    fetch.body = Framed(request.SerializeAsString());
    fetch.headers = {{":method", "POST"},
                     {":scheme", "https"},
                     {":authority", "localhost"},
                     {":path", "/muster.v1.AgentGateway/FetchPayload"},
                     {"content-type", "application/grpc"},
                     {"te", "trailers"}};

    std::printf("%d machines, %zu bytes each\n", options.machines, payload.size());
    std::vector<double> ratios, rates;
    for (int run = 0; run < options.runs; ++run) {
      const Measured bare = Measure("nginx", file, nginx.program->pid(), payload.size());
      const Measured ours = Measure("muster-server", fetch, server.pid(), payload.size());
      ratios.push_back(ours.megabytes_per_second / bare.megabytes_per_second);
      rates.push_back(ours.megabytes_per_second);
    }
    ratio = Median(ratios);
    std::printf("payload: %.0f MB/s, %.2f of nginx's rate (target: at least %.1f)\n", Median(rates),
                ratio, kMinRatio);
    std::printf("muster-server's memory after it: %.0f MiB\n",
                static_cast<double>(ResidentBytes(server.pid())) / (1 << 20));
    StopProgram(*nginx.program);
  }
  return ratio >= kMinRatio ? 0 : 1;
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) { return muster::bench::Main(argc, argv); }
