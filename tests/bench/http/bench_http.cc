// The HTTP API measured against what it stands on: the same gRPC call, a static reply of the same
// server. tests/bench/http/run starts what each part needs.
#include <grpcpp/grpcpp.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/http/server.h"
#include "common/pki/pki.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"
#include "tests/bench/http/http_client.h"

namespace muster::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kMaxAddedMilliseconds = 1.5;
constexpr double kMinStaticShare = 0.3;
constexpr int kRounds = 3000;
// So many that the dashboard's core never waits: the answers to fewer come one by one, each at the
// price of waking a thread.
constexpr int kConnections = 64;
constexpr std::chrono::seconds kRateTime(1);
constexpr int kRateRounds = 9;
constexpr int kWatchers = 200;
constexpr int kEvents = 50;

struct Options {
  std::string server;
  std::string ca_file;
  std::string token_file;
  int http_port = 0;
  int dashboard_pid = 0;
  std::vector<std::string> traced;  // "SHARE:HTTP_PORT:PID"
  std::string folder;
};

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return std::string(absl::StripAsciiWhitespace(text.str()));
}

double Milliseconds(Clock::duration duration) {
  return std::chrono::duration<double, std::milli>(duration).count();
}

double Percentile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  return values[static_cast<size_t>(share * static_cast<double>(values.size() - 1))];
}

// --- A server that costs next to nothing, so that the dashboard alone is measured.

// Answers ListMachines with the same bytes every time, from one thread.
class CheapFleet {
 public:
  explicit CheapFleet(grpc::ServerBuilder& builder) : calls_(builder.AddCompletionQueue()) {
    builder.RegisterService(&service_);
    v1::ListMachinesResponse page;
    for (int i = 0; i < 2; ++i) {
      v1::Machine& machine = *page.add_machines();
      machine.set_name("machines/" + std::string(64, 'a'));
      machine.mutable_attributes()->set_name(absl::StrCat("PC-", i));
      machine.mutable_attributes()->set_site("Berlin");
      machine.mutable_last_seen()->set_seconds(1'795'000'000);
      machine.add_verdicts()->set_rule("expired-catalog");
    }
    const grpc::Slice bytes(page.SerializeAsString());
    page_ = grpc::ByteBuffer(&bytes, 1);
  }

  // Until the program ends.
  void Serve() {
    for (int i = 0; i < 2 * kConnections; ++i) Await();
    void* tag;
    bool ok;
    while (calls_->Next(&tag, &ok)) {
      auto* call = static_cast<Call*>(tag);
      if (!ok || call->answered) {
        delete call;
        continue;
      }
      Await();
      call->answered = true;
      call->writer.Finish(page_, grpc::Status::OK, call);
    }
  }

 private:
  struct Call {
    grpc::ServerContext context;
    grpc::ByteBuffer request;
    grpc::ServerAsyncResponseWriter<grpc::ByteBuffer> writer{&context};
    bool answered = false;
  };
  void Await() {
    auto* call = new Call;
    service_.RequestListMachines(&call->context, &call->request, &call->writer, calls_.get(),
                                 calls_.get(), call);
  }

  v1::FleetService::WithRawMethod_ListMachines<v1::FleetService::Service> service_;
  std::unique_ptr<grpc::ServerCompletionQueue> calls_;
  grpc::ByteBuffer page_;
};

// Says ten times a second what time it is.
class TickingCampaigns : public v1::CampaignService::Service {
 public:
  grpc::Status WatchCampaign(grpc::ServerContext*, const v1::WatchCampaignRequest*,
                             grpc::ServerWriter<v1::Campaign>* writer) override {
    v1::Campaign campaign;
    do {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      campaign.set_etag(absl::StrCat(absl::GetCurrentTimeNanos()));
    } while (writer->Write(campaign));
    return grpc::Status::OK;
  }
};

// Serves until it is stopped; FOLDER/backend.env says where.
int Backend(const Options& options) {
  const auto authority = pki::Authority::Create("bench", absl::Now(), absl::Hours(24));
  const auto key = pki::PrivateKey::Generate();
  auto certificate = authority.IssueServer(key, {"127.0.0.1"}, absl::Now(), absl::Hours(24));
  if (!certificate.ok()) return 1;
  grpc::SslServerCredentialsOptions tls;
  tls.pem_key_cert_pairs.push_back({key.ToPem(), *certificate});
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  CheapFleet fleet(builder);
  TickingCampaigns campaigns;
  builder.RegisterService(&campaigns);
  auto server = builder.BuildAndStart();
  const bool written =
      ReplaceFileContent(options.folder + "/backend.pem", authority.certificate_pem(),
                         FileMode::kPrivate)
          .ok() &&
      ReplaceFileContent(options.folder + "/backend.env", absl::StrCat("backend_port=", port, "\n"),
                         FileMode::kPrivate)
          .ok();
  if (!written) return 1;
  fleet.Serve();
  return 0;
}

// A collector of traces that costs next to nothing, until it is stopped; FOLDER/collector.env says
// where.
int Collector(const Options& options) {
  boost::asio::io_context io(1);
  http::Unobserved observer;
  http::ServerOptions server_options;
  server_options.listen = "127.0.0.1:0";
  auto server = http::Server::Start(
      io, server_options,
      [](http::Exchange& exchange) -> boost::asio::awaitable<void> {
        co_await exchange.ReadBody(size_t{16} << 20);
        http::Reply reply;
        reply.content_type = "application/json";
        reply.body = "{}";
        co_await exchange.Respond(std::move(reply));
      },
      observer);
  if (!server.ok() || !ReplaceFileContent(options.folder + "/collector.env",
                                          absl::StrCat("collector_port=", (*server)->port(), "\n"),
                                          FileMode::kPrivate)
                           .ok()) {
    return 1;
  }
  io.run();
  return 0;
}

// --- What a call costs more over HTTP.

template <typename Stub, typename Request, typename Response>
double GrpcCall(Stub& stub,
                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                const Request& request, const std::string& token) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + token);
  Response response;
  const auto begin = Clock::now();
  if (!(stub.*method)(&context, request, &response).ok()) std::exit(1);
  return Milliseconds(Clock::now() - begin);
}

// Both ways in turn; true where the target is met.
template <typename GrpcOnce>
bool Compare(const char* name, GrpcOnce grpc_once, HttpClient& http, const std::string& target) {
  std::vector<double> by_grpc, by_http;
  for (int i = 0; i < kRounds + kRounds / 10; ++i) {
    const double grpc_time = grpc_once();
    const auto begin = Clock::now();
    http.Get(target);
    if (i < kRounds / 10) continue;  // warm
    by_grpc.push_back(grpc_time);
    by_http.push_back(Milliseconds(Clock::now() - begin));
  }
  const double added50 = Percentile(by_http, 0.5) - Percentile(by_grpc, 0.5);
  const double added99 = Percentile(by_http, 0.99) - Percentile(by_grpc, 0.99);
  std::cout << absl::StrFormat(
      "%-8s gRPC p50 %.2f ms, p99 %.2f ms; HTTP p50 %.2f ms, p99 %.2f ms; added %.2f and %.2f ms\n",
      name, Percentile(by_grpc, 0.5), Percentile(by_grpc, 0.99), Percentile(by_http, 0.5),
      Percentile(by_http, 0.99), added50, added99);
  return added50 <= kMaxAddedMilliseconds && added99 <= kMaxAddedMilliseconds;
}

int Latency(const Options& options) {
  const std::string token = ReadFile(options.token_file);
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = ReadFile(options.ca_file) + "\n";
  auto channel = grpc::CreateChannel(options.server, grpc::SslCredentials(tls));
  auto fleet = v1::FleetService::NewStub(channel);
  HttpClient http(options.http_port, token);

  v1::ListMachinesRequest page;
  v1::SummarizeVerdictsRequest summary;
  summary.set_group_by("site");
  v1::GetMachineRequest machine;
  machine.set_name("machines/PC-00001");
  using Stub = v1::FleetService::Stub;
  bool met = Compare(
      "page", [&] { return GrpcCall(*fleet, &Stub::ListMachines, page, token); }, http,
      "/v1/machines");
  met &= Compare(
      "summary", [&] { return GrpcCall(*fleet, &Stub::SummarizeVerdicts, summary, token); }, http,
      "/v1/verdicts:summarize?groupBy=site");
  met &= Compare(
      "machine", [&] { return GrpcCall(*fleet, &Stub::GetMachine, machine, token); }, http,
      "/v1/machines/PC-00001");
  std::cout << absl::StrFormat("target: at most %.1f ms added: %s\n", kMaxAddedMilliseconds,
                               met ? "met" : "missed");
  return met ? 0 : 1;
}

// --- How many a second.

// Of user and system time, all threads (proc(5), stat).
double ProcessorSeconds(int pid) {
  const std::string stat = ReadFile(absl::StrCat("/proc/", pid, "/stat"));
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double user = 0, system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

struct Rate {
  double per_processor_second;  // what else runs on the machine does not count
  double core_share;            // of the time in which the dashboard's core worked for it
};

Rate RequestRate(int http_port, int dashboard_pid, const std::string& target) {
  const double before = ProcessorSeconds(dashboard_pid);
  const auto begin = Clock::now();
  const int64_t count = GetManyTimes(http_port, "token", target, kConnections, begin + kRateTime);
  const double seconds = Milliseconds(Clock::now() - begin) / 1e3;
  const double used = ProcessorSeconds(dashboard_pid) - before;
  return {static_cast<double>(count) / used, used / seconds};
}

// All in turn, so that a slower second of the machine is one for each.
int Throughput(const Options& options) {
  const std::string answer = HttpClient(options.http_port, "token").Get("/v1/machines");
  std::vector<double> fixed, calls, shares, fixed_busy, calls_busy;
  std::vector<std::vector<double>> kept(options.traced.size());
  for (int round = 0; round < kRateRounds; ++round) {
    const Rate one = RequestRate(options.http_port, options.dashboard_pid, "/static.txt");
    const Rate other = RequestRate(options.http_port, options.dashboard_pid, "/v1/machines");
    fixed.push_back(one.per_processor_second);
    fixed_busy.push_back(one.core_share);
    calls.push_back(other.per_processor_second);
    calls_busy.push_back(other.core_share);
    shares.push_back(other.per_processor_second / one.per_processor_second);
    for (size_t i = 0; i < kept.size(); ++i) {
      const std::vector<std::string> parts = absl::StrSplit(options.traced[i], ':');
      const Rate traced = RequestRate(std::stoi(parts[1]), std::stoi(parts[2]), "/v1/machines");
      kept[i].push_back(traced.per_processor_second / other.per_processor_second);
    }
  }
  const double share = Percentile(shares, 0.5);
  std::cout << absl::StrFormat(
      "a second of one core serves %.0f static replies of 1 KiB, or %.0f API calls with %d bytes "
      "of JSON: %.2f of them, %.2f to %.2f in %d rounds (target at least %.2f); the core was busy "
      "%.0f %% and %.0f %% of the time\n",
      Percentile(fixed, 0.5), Percentile(calls, 0.5), answer.size(), share, Percentile(shares, 0),
      Percentile(shares, 1), kRateRounds, kMinStaticShare, 100 * Percentile(fixed_busy, 0.5),
      100 * Percentile(calls_busy, 0.5));
  for (size_t i = 0; i < kept.size(); ++i) {
    const std::string which = options.traced[i].substr(0, options.traced[i].find(':'));
    std::cout << absl::StrFormat("with %s of all traces kept: %.2f of those calls\n", which,
                                 Percentile(kept[i], 0.5));
  }
  return share >= kMinStaticShare ? 0 : 1;
}

// --- Watchers.

int64_t ResidentKilobytes(int pid) {
  std::ifstream status(absl::StrCat("/proc/", pid, "/status"));
  for (std::string line; std::getline(status, line);) {
    if (line.rfind("VmRSS:", 0) == 0) return std::stoll(line.substr(6));
  }
  return 0;
}

int Watchers(const Options& options) {
  HttpClient(options.http_port, "token").Get("/v1/machines");
  const int64_t before = ResidentKilobytes(options.dashboard_pid);
  std::vector<std::unique_ptr<HttpClient>> clients;
  for (int i = 0; i < kWatchers; ++i) {
    clients.push_back(std::make_unique<HttpClient>(options.http_port, "token"));
    clients.back()->Watch("/v1/campaigns/1:watch?fields=etag");
  }
  std::vector<std::vector<double>> lags(kWatchers);
  std::vector<std::thread> threads;
  for (int i = 0; i < kWatchers; ++i) {
    threads.emplace_back([&, i] {
      for (int event = 0; event < kEvents; ++event) {
        const std::string data = clients[static_cast<size_t>(i)]->NextEvent();
        const int64_t now = absl::GetCurrentTimeNanos();
        const int64_t sent = std::stoll(data.substr(data.find(":\"") + 2));
        lags[static_cast<size_t>(i)].push_back(static_cast<double>(now - sent) / 1e6);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const int64_t after = ResidentKilobytes(options.dashboard_pid);
  std::vector<double> all;
  for (const auto& one : lags) all.insert(all.end(), one.begin() + 5, one.end());
  std::cout << absl::StrFormat(
      "%d watchers, 10 events a second each: lag p50 %.1f ms, p99 %.1f ms; memory %d KiB before, "
      "%d KiB with "
      "them: %.0f KiB each\n",
      kWatchers, Percentile(all, 0.5), Percentile(all, 0.99), before, after,
      static_cast<double>(after - before) / kWatchers);
  return 0;
}

int Main(int argc, char** argv) {
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  Options options;
  CLI::App app("Measures the HTTP API; tests/bench/http/run starts what is needed.");
  app.require_subcommand(1);
  auto* backend = app.add_subcommand("backend", "A server that answers at once");
  backend->add_option("--folder", options.folder)->required();
  auto* collector = app.add_subcommand("collector", "A collector of traces that keeps none");
  collector->add_option("--folder", options.folder)->required();
  auto* latency = app.add_subcommand("latency", "HTTP against the same gRPC call");
  latency->add_option("--server", options.server)->required();
  latency->add_option("--ca", options.ca_file)->required();
  latency->add_option("--token-file", options.token_file)->required();
  auto* throughput = app.add_subcommand("throughput", "Calls against static replies");
  throughput->add_option("--traced", options.traced, "SHARE:HTTP_PORT:PID of one that traces");
  auto* watchers = app.add_subcommand("watchers", "Memory and lag of 200 event streams");
  for (auto* one : {latency, throughput, watchers}) {
    one->add_option("--http-port", options.http_port)->required();
  }
  for (auto* one : {throughput, watchers}) {
    one->add_option("--dashboard-pid", options.dashboard_pid)->required();
  }
  CLI11_PARSE(app, argc, argv);
  if (backend->parsed()) return Backend(options);
  if (collector->parsed()) return Collector(options);
  if (latency->parsed()) return Latency(options);
  return throughput->parsed() ? Throughput(options) : Watchers(options);
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) { return muster::bench::Main(argc, argv); }
