// How fast a campaign's orders reach a connected fleet, against a bare gRPC server that writes the
// same messages over the same TLS; and how far a watcher's picture is behind what is committed. One
// run gives both; see --help.
#include <grpcpp/grpcpp.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/orders/manifest.h"
#include "common/pki/pki.h"
#include "common/pki/signing_key.h"
#include "common/proto_time.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "muster/v1/gateway.grpc.pb.h"
#include "tests/bench/campaign/bench_server.h"
#include "tests/load/fleet.h"

namespace muster::bench {
namespace {

constexpr double kMaxDispatchSeconds = 5;
constexpr double kMaxLagSeconds = 1;

struct Options {
  int machines = 10'000;
  absl::Duration install_time = absl::Seconds(20);
  std::string image, fixed_image;
};

// Counts up to a number that somebody waits for.
class Countdown {
 public:
  explicit Countdown(int count) : left_(count) {}
  void Tick() {
    absl::MutexLock lock(&mutex_);
    if (--left_ == 0) done_at_ = absl::Now();
  }
  absl::Time Await(absl::Duration timeout) {
    absl::MutexLock lock(&mutex_);
    const auto done = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return left_ <= 0; };
    if (!mutex_.AwaitWithTimeout(absl::Condition(&done), timeout)) {
      Require(absl::DeadlineExceededError(absl::StrCat(left_, " are missing")));
    }
    return done_at_;
  }

 private:
  absl::Mutex mutex_;
  int left_ ABSL_GUARDED_BY(mutex_);
  absl::Time done_at_ ABSL_GUARDED_BY(mutex_);
};

// Keeps streams, and writes one message to each when FetchPayload is called: its sha256 is the
// message.
class BareGateway : public v1::AgentGateway::CallbackService {
 public:
  grpc::ServerWriteReactor<v1::PayloadChunk>* FetchPayload(
      grpc::CallbackServerContext*, const v1::FetchPayloadRequest* request) override {
    v1::ServerMessage message;
    message.ParseFromString(request->sha256());
    {
      absl::MutexLock lock(&mutex_);
      for (Reactor* reactor : reactors_) reactor->Write(message);
    }
    class Done : public grpc::ServerWriteReactor<v1::PayloadChunk> {
     public:
      Done() { Finish(grpc::Status::OK); }
      void OnDone() override { delete this; }
    };
    return new Done;
  }

 private:
  class Reactor : public grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage> {
   public:
    Reactor() {
      StartSendInitialMetadata();
      StartRead(&incoming_);
    }
    void Write(const v1::ServerMessage& message) {
      outgoing_ = message;  // as a dispatcher does: each machine's own
      StartWrite(&outgoing_);
    }
    void OnReadDone(bool) override { Finish(grpc::Status::OK); }
    void OnDone() override {}  // the process ends with it

   private:
    v1::AgentMessage incoming_;
    v1::ServerMessage outgoing_;
  };
  grpc::ServerBidiReactor<v1::AgentMessage, v1::ServerMessage>* Session(
      grpc::CallbackServerContext*) override {
    absl::MutexLock lock(&mutex_);
    return reactors_.emplace_back(new Reactor);
  }

  absl::Mutex mutex_;
  std::vector<Reactor*> reactors_ ABSL_GUARDED_BY(mutex_);
};

// Until it is killed. `data` is the real server's folder: its authority, its certificate.
[[noreturn]] void ServeBare(const std::filesystem::path& data, const std::string& announce) {
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_CLIENT_CERTIFICATE_AND_VERIFY);
  tls.pem_root_certs = *ReadSmallFile(data / "authority.pem");
  const std::string secret = *ReadSmallFile(data / "server.secret.pem");  // key and certificate
  tls.pem_key_cert_pairs.push_back({secret, secret});
  BareGateway service;
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port);
  builder.RegisterService(&service);
  auto server = builder.BuildAndStart();
  Require(ReplaceFileContent(announce, absl::StrCat("agent_port=", port), FileMode::kShared));
  for (;;) pause();
}

// A server on a database of its own, and an operator with a key.
class Bench {
 public:
  explicit Bench(const Options& options) : options_(options) { server_.PublishKey(key_); }

  // Seconds until the last of as many streams has a message of an order's size.
  double WriteBare() {
    auto one = MakeFleet(1, {});
    const sync::GatewayAddress known = one->address(0);
    const std::filesystem::path announcement = server_.folder() / "bare";
    const auto server = StartProgram({(ProgramFolder() / "bench_dispatch").string(), "--serve-bare",
                                      server_.data().string(), "--announce", announcement.string()},
                                     server_.folder() / "bare.log");
    sync::GatewayAddress address = known;
    address.target = "127.0.0.1:" + AwaitAnnouncement(announcement)["agent_port"];

    auto* loop = new sync::EventLoop;  // gRPC's last words come late
    Countdown opened(options_.machines), received(options_.machines);
    std::vector<std::unique_ptr<sync::Stream>> streams;
    for (int i = 0; i < options_.machines; ++i) {
      sync::StreamHandlers handlers;
      handlers.on_open = [&] { opened.Tick(); };
      handlers.on_message = [&](const v1::ServerMessage&) { received.Tick(); };
      streams.push_back(sync::GrpcOpener(address, *loop)(std::move(handlers)));
    }
    opened.Await(absl::Minutes(5));
    const std::string message = OrderOfFullSize().SerializeAsString();
    const absl::Time start = absl::Now();
    Require(sync::FetchPayload(address, message, 0, absl::Minutes(1),
                               [](absl::string_view) { return absl::OkStatus(); }));
    const double seconds = absl::ToDoubleSeconds(received.Await(absl::Minutes(2)) - start);
    Countdown gone(1);
    loop->Post([&] {
      streams.clear();
      gone.Tick();
    });
    gone.Await(absl::Minutes(2));
    return seconds;
  }

  struct Result {
    double dispatch;           // seconds
    std::vector<double> lags;  // seconds, ascending, one an order
  };

  Result Run() {
    Countdown received(options_.machines);
    absl::Mutex mutex;
    std::vector<absl::Time> committed;
    load::FleetOptions fleet_options;
    fleet_options.on_order = [&] { received.Tick(); };
    fleet_options.on_order_ack = [&](const v1::OrderAck& ack) {
      if (ack.status().state() != v1::OrderStatus::SUCCEEDED) return;
      absl::MutexLock lock(&mutex);
      committed.push_back(absl::Now());
    };
    auto fleet = MakeFleet(options_.machines, std::move(fleet_options));
    fleet->Connect();
    Require(fleet->Await(
        [this](const load::FleetProgress& p) { return p.in_sync == options_.machines; },
        absl::Minutes(10)));
    const std::string campaign = MakeCampaign();
    v1::StartCampaignRequest request;
    request.set_name(campaign);
    v1::Campaign started;
    Require(Campaigns()->StartCampaign(server_.Context().get(), request, &started));
    const absl::Time start = absl::Now();

    // What a watcher saw, and when.
    std::vector<std::pair<absl::Time, int64_t>> seen;
    v1::WatchCampaignRequest watch;
    watch.set_name(campaign);
    auto stub = Campaigns();
    auto context = server_.Context();
    auto reader = stub->WatchCampaign(context.get(), watch);
    v1::Campaign now;
    while (reader->Read(&now)) seen.emplace_back(absl::Now(), now.counts().succeeded());
    Require(reader->Finish());
    Result result;
    result.dispatch = absl::ToDoubleSeconds(received.Await(absl::ZeroDuration()) - start);
    absl::MutexLock lock(&mutex);
    std::ranges::sort(committed);
    size_t at = 0;
    for (size_t i = 0; i < committed.size(); ++i) {
      while (at < seen.size() && seen[at].second <= static_cast<int64_t>(i)) ++at;
      if (at == seen.size()) Require(absl::InternalError("the watcher missed orders"));
      result.lags.push_back(std::max(0.0, absl::ToDoubleSeconds(seen[at].first - committed[i])));
    }
    std::ranges::sort(result.lags);
    return result;
  }

 private:
  std::unique_ptr<v1::CampaignService::Stub> Campaigns() {
    return v1::CampaignService::NewStub(server_.channel());
  }
  std::unique_ptr<load::Fleet> MakeFleet(int machines, load::FleetOptions options) {
    auto image = load::GoldenImage::Collect("affected", options_.image, /*variants=*/1);
    Require(image.status());
    auto fixed = load::GoldenImage::Collect("fixed", options_.fixed_image, /*variants=*/1);
    Require(fixed.status());
    options.server = server_.agents();
    options.authority = server_.authority();
    options.machines = machines;
    options.token = server_.NewEnrollmentToken(machines);
    options.remedied["affected"] = *fixed;
    options.remedy.install_time = options_.install_time;
    options.remedy.restart_percent = 0;
    auto fleet = std::make_unique<load::Fleet>(options, std::vector<load::ImageShare>{{*image, 1}});
    Require(fleet->Enroll());
    return fleet;
  }

  // Removes an update, which needs no payload: what is measured is orders.
  std::string MakeCampaign() {
    v1::CreateCampaignRequest request;
    v1::CampaignSpec& spec = *request.mutable_spec();
    spec.set_title("bench");
    spec.set_filter("last_seen:*");
    spec.set_rule("expired-catalog");
    spec.mutable_action()->mutable_remove_update()->set_kb("KB2705219");
    v1::WavePolicy& wave = *spec.add_waves();
    wave.set_rest(true);
    wave.set_concurrency(static_cast<uint32_t>(options_.machines));
    *wave.mutable_soak() = ToProto(absl::Seconds(2));
    *wave.mutable_offline_after() = ToProto(absl::Minutes(10));
    v1::Campaign campaign;
    Require(Campaigns()->CreateCampaign(server_.Context().get(), request, &campaign));
    v1::SubmitCampaignRequest submit;
    submit.set_name(campaign.name());
    Require(Campaigns()->SubmitCampaign(server_.Context().get(), submit, &campaign));
    v1::ApproveCampaignRequest approve;
    approve.set_name(campaign.name());
    *approve.mutable_signature() =
        orders::SignManifest(key_, campaign.signed_manifest().manifest());
    Require(Campaigns()->ApproveCampaign(server_.Context().get(), approve, &campaign));
    return campaign.name();
  }

  v1::ServerMessage OrderOfFullSize() {
    v1::ServerMessage message;
    v1::Order& order = *message.mutable_order();
    order.mutable_signed_manifest()->set_manifest(std::string(400, 'm'));
    v1::Signature& signature = *order.mutable_signed_manifest()->add_signatures();
    signature.set_value(std::string(64, 's'));
    for (int left = options_.machines; left > 1; left = (left + 1) / 2) {
      order.add_proof(std::string(32, 'p'));
    }
    return message;
  }

  const Options options_;
  BenchServer server_;
  pki::SigningKey key_ = pki::SigningKey::Generate();
};

double Percentile(const std::vector<double>& ascending, int percent) {
  return ascending[(ascending.size() - 1) * static_cast<size_t>(percent) / 100];
}

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  pki::RequireTls13();
  spdlog::set_level(spdlog::level::err);
  Options options;
  int install_seconds = 20;
  CLI::App app(
      "Starts a campaign on a connected fleet and watches it; beside it a bare gRPC server that "
      "writes the same messages.\n"
      "Exit code 1 where a target is missed.");
  app.add_option("--machines", options.machines, "Clones")->capture_default_str();
  app.add_option("--install-time", install_seconds,
                 "Seconds within which the played installers end, evenly")
      ->capture_default_str();
  app.add_option("--image", options.image, "An affected volume, from muster-testimage");
  app.add_option("--fixed-image", options.fixed_image, "The same, fixed");
  std::string bare_data, announce;
  app.add_option("--serve-bare", bare_data, "Be the bare server, with the keys of this folder");
  app.add_option("--announce", announce, "Where the bare server writes its port");
  CLI11_PARSE(app, argc, argv);
  if (!bare_data.empty()) ServeBare(bare_data, announce);
  if (options.image.empty() || options.fixed_image.empty()) {
    Require(absl::InvalidArgumentError("give --image and --fixed-image, as tests/bench/run does"));
  }
  options.install_time = absl::Seconds(install_seconds);

  bool missed = false;
  {
    Bench bench(options);
    const double bare = bench.WriteBare();
    const Bench::Result result = bench.Run();
    const double p99 = Percentile(result.lags, 99);
    std::printf(
        "%d orders, start to the last machine that has its own: %.2f s (target: %.0f s), "
        "%.1f times a bare server's %.2f s for the same messages\n",
        options.machines, result.dispatch, kMaxDispatchSeconds, result.dispatch / bare, bare);
    std::printf(
        "a watcher is behind what is committed by %.2f s at the median, %.2f s at p99 "
        "(target: %.0f s), %.2f s at most; %.0f results a second\n",
        Percentile(result.lags, 50), p99, kMaxLagSeconds, result.lags.back(),
        options.machines / absl::ToDoubleSeconds(options.install_time));
    missed = result.dispatch > kMaxDispatchSeconds || p99 > kMaxLagSeconds;
  }
  std::fflush(stdout);
  std::_Exit(missed ? 1 : 0);  // gRPC's threads still hold connections
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) { return muster::bench::Main(argc, argv); }
