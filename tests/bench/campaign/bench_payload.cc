// How fast a payload goes out to many machines, against a static file server (nginx) with the same
// certificate, mutual TLS 1.3 and connections; both ratios come from one run. See --help.
#include <curl/curl.h>
#include <signal.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "agent/sync/grpc_stream.h"
#include "common/files.h"
#include "common/pki/pki.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "tests/bench/campaign/bench_server.h"
#include "tests/testdata/authority.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/msu_maker.h"

namespace muster::bench {
namespace {

namespace fs = std::filesystem;
constexpr double kMinRatio = 0.5;

struct Options {
  int machines = 1'000;
  int at_once = 16;
  int mebibytes = 5;
  int runs = 3;
};

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

struct Pace {
  double seconds = 0;
  double server = 0;  // processor seconds of the server
};

// Has every machine download once, a number of them at a time.
Pace Measure(const Options& options, pid_t server, const std::function<void()>& download) {
  const double before = ProcessorSeconds(server);
  const absl::Time start = absl::Now();
  std::atomic<int> left = options.machines;
  std::vector<std::thread> threads;
  for (int i = 0; i < options.at_once; ++i) {
    threads.emplace_back([&] {
      while (left-- > 0) download();
    });
  }
  for (std::thread& thread : threads) thread.join();
  return {absl::ToDoubleSeconds(absl::Now() - start), ProcessorSeconds(server) - before};
}

// One machine's identity; a thousand connections with it cost what those of a thousand do.
sync::GatewayAddress EnrolledMachine(BenchServer& server) {
  const pki::PrivateKey key = pki::PrivateKey::Generate();
  v1::EnrollRequest request;
  request.set_token(server.NewEnrollmentToken(1));
  request.set_csr(key.CreateSigningRequest("bench"));
  request.mutable_attributes()->set_name("bench");
  sync::GatewayAddress address{server.agents(), server.authority(), "", "", ""};
  auto enrolled = sync::Enroll(address, request, absl::Seconds(60));
  Require(enrolled.status());
  auto certificate = pki::CertificateDerToPem(enrolled->certificate());
  Require(certificate.status());
  address.key = key.ToPem();
  address.certificate = *certificate;
  return address;
}

v1::StoredPayload Upload(BenchServer& server, const std::string& bytes) {
  v1::StoredPayload stored;
  auto stub = v1::PayloadService::NewStub(server.channel());
  auto context = server.Context();
  auto writer = stub->UploadPayload(context.get(), &stored);
  v1::UploadPayloadRequest part;
  part.set_file_name("Windows6.1-KB2749655-x64.msu");
  writer->Write(part);
  for (size_t at = 0; at < bytes.size(); at += 1 << 20) {
    part.set_data(bytes.substr(at, 1 << 20));
    writer->Write(part);
  }
  writer->WritesDone();
  Require(writer->Finish());
  return stored;
}

// nginx over the same file, with the real server's certificate, and one worker a core.
class StaticServer {
 public:
  StaticServer(const BenchServer& real, const std::string& bytes)
      : folder_(real.folder() / "nginx"), port_(20'000 + static_cast<int>(getpid() % 10'000)) {
    fs::create_directories(folder_ / "root");
    std::ofstream(folder_ / "root" / "payload", std::ios::binary) << bytes;
    std::ofstream(folder_ / "authority.pem") << real.authority();
    fs::permissions(folder_ / "root", fs::perms(0755));
    const std::string secret = (real.data() / "server.secret.pem").string();
    std::ofstream(folder_ / "nginx.conf") << absl::StrCat(
        "user root;\nworker_processes auto;\ndaemon off;\npid ", (folder_ / "pid").string(),
        ";\nerror_log stderr crit;\nevents { worker_connections 2048; }\n"
        "http { access_log off; sendfile on; server { listen 127.0.0.1:",
        port_, " ssl; root ", (folder_ / "root").string(), "; ssl_certificate ", secret,
        "; ssl_certificate_key ", secret, "; ssl_client_certificate ",
        (folder_ / "authority.pem").string(),
        "; ssl_verify_client on; ssl_protocols TLSv1.3; ssl_session_tickets off; } }\n");
    process_ = StartProgram(
        {"/usr/sbin/nginx", "-p", folder_.string(), "-c", (folder_ / "nginx.conf").string()},
        folder_ / "log");
  }
  std::string url() const { return absl::StrCat("https://127.0.0.1:", port_, "/payload"); }
  pid_t pid() const { return process_->pid(); }

 private:
  const fs::path folder_;
  const int port_;
  std::unique_ptr<store::ChildProcess> process_;
};

size_t CountBytes(char*, size_t, size_t size, void* total) {
  *static_cast<size_t*>(total) += size;
  return size;
}

void Curl(const std::string& url, const sync::GatewayAddress& machine, size_t expected) {
  CURL* handle = curl_easy_init();
  size_t total = 0;
  const auto blob = [](const std::string& text) {
    return curl_blob{const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
  };
  const curl_blob authority = blob(machine.authority), certificate = blob(machine.certificate),
                  key = blob(machine.key);
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &authority);
  curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
  curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_3));
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, 256L * 1024);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, CountBytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &total);
  const CURLcode code = curl_easy_perform(handle);
  curl_easy_cleanup(handle);
  if (code != CURLE_OK || total != expected) {
    Require(absl::InternalError(
        absl::StrCat("nginx: ", curl_easy_strerror(code), ", ", total, " bytes of ", expected)));
  }
}

void AwaitStatic(const StaticServer& server) {
  for (int tries = 0; tries < 100; ++tries) {
    CURL* handle = curl_easy_init();
    curl_easy_setopt(handle, CURLOPT_URL, server.url().c_str());
    curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
    curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    const CURLcode code = curl_easy_perform(handle);
    curl_easy_cleanup(handle);
    if (code != CURLE_COULDNT_CONNECT) return;
    absl::SleepFor(absl::Milliseconds(50));
  }
  Require(absl::UnavailableError("nginx does not come up"));
}

int Main(int argc, char** argv) {
  pki::RequireTls13();
  Options options;
  CLI::App app(
      "Downloads a payload as agents do, each on a connection of its own; beside it the same bytes "
      "from nginx with the\nsame certificate and mutual TLS 1.3. Exit code 1 where the target is "
      "missed.");
  app.add_option("--machines", options.machines, "Downloads")->capture_default_str();
  app.add_option("--at-once", options.at_once, "Of them at a time")->capture_default_str();
  app.add_option("--mebibytes", options.mebibytes, "Of the payload")->capture_default_str();
  app.add_option("--runs", options.runs, "Medians are over so many")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (access("/usr/sbin/nginx", X_OK) != 0) {
    Require(absl::FailedPreconditionError("nginx is needed: apt-get install nginx-light"));
  }
  curl_global_init(CURL_GLOBAL_DEFAULT);
  bool missed = false;
  {
    BenchServer server;
    testdata::MsuSpec spec;
    spec.catalog = testdata::MakeCatalog(testdata::Authority::OfProcess(), {});
    spec.padding = static_cast<size_t>(options.mebibytes) << 20;
    const std::string bytes = testdata::MakeMsu(spec);
    const v1::StoredPayload stored = Upload(server, bytes);
    const sync::GatewayAddress machine = EnrolledMachine(server);
    const StaticServer nginx(server, bytes);
    AwaitStatic(nginx);
    const auto from_muster = [&] {
      size_t total = 0;
      Require(sync::FetchPayload(machine, stored.payload().sha256(), 0, absl::Minutes(10),
                                 [&](absl::string_view data) {
                                   total += data.size();
                                   return absl::OkStatus();
                                 }));
      if (total != bytes.size()) Require(absl::DataLossError("a payload came short"));
    };
    const auto from_nginx = [&] { Curl(nginx.url(), machine, bytes.size()); };
    from_muster();
    const double megabytes = static_cast<double>(bytes.size()) * options.machines / 1e6;
    std::vector<double> ratios, costs;
    for (int run = 0; run < options.runs; ++run) {
      const Pace ours = Measure(options, server.pid(), from_muster);
      const Pace bare = Measure(options, nginx.pid(), from_nginx);
      ratios.push_back(bare.seconds / ours.seconds);
      costs.push_back(ours.server / bare.server);
      std::printf(
          "run %d: %.0f MB/s, server's processor time %.2f s/GB; nginx %.0f MB/s, %.2f s/GB\n",
          run + 1, megabytes / ours.seconds, ours.server / megabytes * 1000,
          megabytes / bare.seconds, bare.server / megabytes * 1000);
    }
    const double ratio = Median(ratios);
    std::printf(
        "a payload goes out at %.0f %% of nginx's pace (target: at least %.0f %%), for %.1f "
        "times its processor time; clients share the processors\n",
        ratio * 100, kMinRatio * 100, Median(costs));
    missed = ratio < kMinRatio;
  }
  std::fflush(stdout);
  std::_Exit(missed ? 1 : 0);
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) { return muster::bench::Main(argc, argv); }
