// How fast a fleet of clones connects, against a bare gRPC server with the same TLS; and how fast
// what it says is durable, against COPY of the same facts flattened. Both ratios come from one run;
// see --help.
#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <pqxx/pqxx>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/pki/pki.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"
#include "server/main/server.h"
#include "server/store/embedded_postgres.h"
#include "tests/load/fleet.h"

namespace muster::bench {
namespace {

constexpr double kMaxConnectRatio = 1.2;
constexpr double kMinIngestRatio = 5;

struct Options {
  int machines = 1000;
  int runs = 3;
  std::string image;
};

// Takes a call and keeps it: what a stream costs without anything of ours.
class BareGateway : public v1::AgentGateway::CallbackService {
  class Reactor : public grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage> {
   public:
    Reactor() {
      StartSendInitialMetadata();
      StartRead(&message_);
    }
    void OnReadDone(bool) override { Finish(grpc::Status::OK); }
    void OnDone() override { delete this; }

   private:
    v1::AgentMessage message_;
  };
  grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage>* Session(
      grpc::CallbackServerContext*) override {
    return new Reactor;
  }
};

double Median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

double Seconds(absl::Time from) { return absl::ToDoubleSeconds(absl::Now() - from); }

void Require(const absl::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "bench_fleet: %s\n", status.ToString().c_str());
  std::_Exit(2);
}

// A cluster, and a server on a database of its own per run.
class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) {
    std::string pattern = (std::filesystem::temp_directory_path() / "muster_bench_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
    auto cluster = store::EmbeddedPostgres::Start({.directory = (folder_ / "postgres").string()});
    Require(cluster.status());
    cluster_ = *std::move(cluster);
    auto image = load::GoldenImage::Collect("image", options.image, /*variants=*/1);
    Require(image.status());
    image_ = *std::move(image);
    auto clone = image_->Clone(0, 1, "x");
    for (const auto& [kind, seen] : clone->kinds) {
      items_ += seen.set ? seen.set->items().size() : 0;
    }
  }
  ~Bench() {
    cluster_.reset();
    std::filesystem::remove_all(folder_);
  }

  size_t items() const { return items_; }

  struct Times {
    double bare_connect, connect, durable, copy;
  };

  Times Run(int number) {
    Times times{};
    std::string database = absl::StrCat("run", number);
    pqxx::connection connection(cluster_->conninfo());
    pqxx::nontransaction(connection).exec0("CREATE DATABASE " + database);
    server::ServerOptions server_options;
    server_options.data_folder = (folder_ / database).string();
    server_options.conninfo = cluster_->ConninfoFor(database);
    server_options.agent_listen = "127.0.0.1:0";
    server_options.operator_listen = "127.0.0.1:0";
    auto server = server::Server::Start(server_options, [] { return absl::Now(); });
    Require(server.status());

    times.bare_connect = ConnectBare(**server);
    auto fleet = EnrolledFleet(**server);
    times.connect = Connect(*fleet);
    absl::Time start = absl::Now();
    fleet->Greet();
    Require(fleet->Await(
        [this](const load::FleetProgress& p) { return p.in_sync == options_.machines; },
        absl::Minutes(5)));
    times.durable = Seconds(start);
    fleet.reset();
    server->reset();
    times.copy = Copy(database);
    return times;
  }

 private:
  std::unique_ptr<load::Fleet> EnrolledFleet(const server::Server& server) {
    load::FleetOptions options;
    options.server = absl::StrCat("127.0.0.1:", server.agent_port());
    options.authority = *ReadSmallFile(server.authority_file());
    options.machines = options_.machines;
    options.hold_greetings = true;
    options.token = EnrollmentToken(server);
    auto fleet = std::make_unique<load::Fleet>(options, std::vector<load::ImageShare>{{image_, 1}});
    Require(fleet->Enroll());
    return fleet;
  }

  std::string EnrollmentToken(const server::Server& server) {
    grpc::SslCredentialsOptions tls;
    tls.pem_root_certs = *ReadSmallFile(server.authority_file());
    auto stub = v1::AccessService::NewStub(grpc::CreateChannel(
        absl::StrCat("127.0.0.1:", server.operator_port()), grpc::SslCredentials(tls)));
    grpc::ClientContext context;
    auto admin = ReadSmallFile(server.admin_token_file());
    context.AddMetadata("authorization",
                        absl::StrCat("Bearer ", absl::StripAsciiWhitespace(*admin)));
    v1::CreateEnrollmentTokenRequest request;
    request.set_max_uses(options_.machines);
    v1::EnrollmentToken token;
    grpc::Status status = stub->CreateEnrollmentToken(&context, request, &token);
    if (!status.ok()) Require(absl::InternalError(status.error_message()));
    return token.token();
  }

  double Connect(load::Fleet& fleet) {
    absl::Time start = absl::Now();
    fleet.Connect();
    Require(
        fleet.Await([this](const load::FleetProgress& p) { return p.open == options_.machines; },
                    absl::Minutes(5)));
    return Seconds(start);
  }

  double ConnectBare(const server::Server& real) {
    auto fleet = EnrolledFleet(real);
    std::string authority = *ReadSmallFile(real.authority_file());
    std::filesystem::path data = std::filesystem::path(real.authority_file()).parent_path();
    grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = authority;
    std::string secret = *ReadSmallFile(data / "server.secret.pem");  // key and certificate
    tls.pem_key_cert_pairs.push_back({secret, secret});
    BareGateway service;
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
    builder.RegisterService(&service);
    auto server = builder.BuildAndStart();
    fleet->Redirect(absl::StrCat("127.0.0.1:", port));
    double seconds = Connect(*fleet);
    fleet.reset();
    server->Shutdown(absl::ToChronoTime(absl::Now() + absl::Seconds(5)));
    return seconds;
  }

  // The same facts as one row a machine and item, the leanest that a flat design could store.
  double Copy(const std::string& database) {
    pqxx::connection connection(cluster_->ConninfoFor(database));
    pqxx::work work(connection);
    work.exec0("CREATE TABLE flat (machine int, item int, PRIMARY KEY (machine, item))");
    absl::Time start = absl::Now();
    pqxx::stream_to stream(work, "flat");
    for (int machine = 0; machine < options_.machines; ++machine) {
      for (size_t item = 0; item < items_; ++item) {
        stream << std::make_tuple(machine, static_cast<int>(item));
      }
    }
    stream.complete();
    work.commit();
    return Seconds(start);
  }

  const Options options_;
  std::filesystem::path folder_;
  std::unique_ptr<store::EmbeddedPostgres> cluster_;
  std::shared_ptr<const load::GoldenImage> image_;
  size_t items_ = 0;
};

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  pki::RequireTls13();
  spdlog::set_level(spdlog::level::warn);
  Options options;
  CLI::App app(
      "Connects clones of one image, then has them report; beside it a bare gRPC server with the "
      "same TLS, and COPY.\n"
      "Exit code 1 where a target is missed.");
  app.add_option("--machines", options.machines, "Clones")->capture_default_str();
  app.add_option("--runs", options.runs, "Medians are over so many")->capture_default_str();
  app.add_option("--image", options.image, "Volume to clone, from muster-testimage")->required();
  CLI11_PARSE(app, argc, argv);

  std::vector<double> bare, connect, durable, copy;
  bool missed = false;
  {
    Bench bench(options);
    std::printf("%d machines, %zu items each\n", options.machines, bench.items());
    for (int run = 0; run < options.runs; ++run) {
      Bench::Times times = bench.Run(run);
      std::printf("run %d: connect %.2f s (bare %.2f s), durable %.2f s (COPY %.2f s)\n", run + 1,
                  times.connect, times.bare_connect, times.durable, times.copy);
      bare.push_back(times.bare_connect);
      connect.push_back(times.connect);
      durable.push_back(times.durable);
      copy.push_back(times.copy);
    }
    double connect_ratio = Median(connect) / Median(bare);
    double ingest_ratio = Median(copy) / Median(durable);
    std::printf("connect: %.2f times the bare server's time (target: at most %.1f)\n",
                connect_ratio, kMaxConnectRatio);
    std::printf("durable: %.1f times as fast as COPY (target: at least %.0f)\n", ingest_ratio,
                kMinIngestRatio);
    missed = connect_ratio > kMaxConnectRatio || ingest_ratio < kMinIngestRatio;
  }
  std::fflush(stdout);
  std::_Exit(missed ? 1 : 0);  // gRPC's threads still hold connections
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) { return muster::bench::Main(argc, argv); }
