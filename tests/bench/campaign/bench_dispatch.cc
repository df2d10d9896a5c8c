// How long a campaign's orders take to machines that are connected, and a machine's result to those
// who watch; see --help.
#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/orders/manifest.h"
#include "common/pki/pki.h"
#include "common/proto_time.h"
#include "tests/bench/campaign/bare_streams.h"
#include "tests/bench/campaign/watchers.h"
#include "tests/bench/support/processes.h"
#include "tests/bench/support/server_process.h"
#include "tests/load/fleet.h"

namespace muster::bench {
namespace {

namespace fs = std::filesystem;
constexpr double kMaxDispatchSeconds = 5;
constexpr double kMaxLagSeconds = 1;
constexpr size_t kOtherFiles = 1'000;
constexpr absl::Duration kPatience = absl::Minutes(10);

struct Options {
  int machines = 10'000;
  int watchers = 200;
  double rate = 500;
  std::string image;
  // The bare server, in a process of its own.
  std::string bare_secret, bare_authority, bare_port_file;
  size_t bare_bytes = 0;
};

double Seconds(absl::Time since) { return absl::ToDoubleSeconds(absl::Now() - since); }

// An operator's campaign that has every machine of the fleet scan, all at once.
class RescanCampaign {
 public:
  RescanCampaign(ServerProcess& server, const pki::SigningKey& key, int machines)
      : server_(server), stub_(v1::CampaignService::NewStub(server.Operators())) {
    v1::CreateCampaignRequest create;
    v1::CampaignSpec& spec = *create.mutable_spec();
    spec.set_title("bench");
    spec.set_filter("last_seen:*");
    spec.mutable_action()->mutable_rescan();
    v1::WavePolicy& wave = *spec.add_waves();
    wave.set_rest(true);
    wave.set_concurrency(static_cast<uint32_t>(machines));
    *wave.mutable_deadline() = ToProto(absl::Hours(1));
    *wave.mutable_offline_after() = ToProto(absl::Hours(1));
    Require(stub_->CreateCampaign(server.Admin().get(), create, &campaign_));
    Call<v1::SubmitCampaignRequest>(&v1::CampaignService::Stub::SubmitCampaign);
    v1::ApproveCampaignRequest approve;
    *approve.mutable_signature() =
        orders::SignManifest(key, campaign_.signed_manifest().manifest());
    Call(&v1::CampaignService::Stub::ApproveCampaign, approve);
  }

  void Start() { Call<v1::StartCampaignRequest>(&v1::CampaignService::Stub::StartCampaign); }
  const std::string& name() const { return campaign_.name(); }
  size_t order_bytes(int machines) const {
    const double siblings = std::ceil(std::log2(machines));
    return campaign_.signed_manifest().ByteSizeLong() + static_cast<size_t>(siblings) * 34 + 12;
  }

 private:
  template <typename Request>
  void Call(grpc::Status (v1::CampaignService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                              v1::Campaign*),
            Request request = {}) {
    request.set_name(campaign_.name());
    Require(((*stub_).*method)(server_.Admin().get(), request, &campaign_));
  }

  ServerProcess& server_;
  const std::unique_ptr<v1::CampaignService::Stub> stub_;
  v1::Campaign campaign_;
};

class Bench {
 public:
  Bench(const Options& options, const fs::path& folder)
      : options_(options), folder_(folder), server_(folder) {
    server_.PublishKey(key_);
    auto image = load::GoldenImage::Collect("image", options.image, /*variants=*/1);
    Require(image.status());
    load::FleetOptions fleet;
    fleet.server = server_.agent_target();
    fleet.authority = server_.authority_pem();
    fleet.machines = options.machines;
    fleet.token = server_.NewEnrollmentToken(options.machines);
    fleet.remedy.orders_per_second = options.rate;
    fleet_ =
        std::make_unique<load::Fleet>(fleet, std::vector<load::ImageShare>{{*std::move(image), 1}});
    absl::Time begin = absl::Now();
    Require(fleet_->Enroll());
    std::printf("%d machines enrolled in %.0f s", options.machines, Seconds(begin));
    std::fflush(stdout);
    begin = absl::Now();
    fleet_->Connect();
    Require(fleet_->Await(
        [&](const load::FleetProgress& p) { return p.in_sync == options.machines; }, kPatience));
    std::printf(", connected and in sync in %.0f s\n", Seconds(begin));
  }

  struct Result {
    double dispatch = 0;       // s from StartCampaign's answer to the last machine's order
    std::vector<double> lags;  // s, of each order and watcher
    double watcher_bytes = 0;  // of the server's memory, per watcher
  };

  Result Run(int watcher_count) {
    Result result;
    RescanCampaign campaign(server_, key_, options_.machines);
    order_bytes_ = campaign.order_bytes(options_.machines);
    const size_t before = ResidentBytes(server_.pid());
    Watchers watchers(server_, campaign.name(), watcher_count);
    result.watcher_bytes =
        (static_cast<double>(ResidentBytes(server_.pid())) - static_cast<double>(before)) /
        watcher_count;
    const int orders = fleet_->progress().orders + options_.machines;
    campaign.Start();
    const absl::Time begin = absl::Now();
    Require(
        fleet_->Await([&](const load::FleetProgress& p) { return p.orders >= orders; }, kPatience));
    result.dispatch = Seconds(begin);
    const std::vector<absl::Time> ends = [&] {
      seen_ = watchers.AwaitEnd();
      return Ends(campaign.name());
    }();
    for (const auto& sights : seen_) {
      const std::vector<double> lags = Lags(ends, sights);
      result.lags.insert(result.lags.end(), lags.begin(), lags.end());
    }
    if (const int lost = fleet_->progress().disconnects; lost > 0) {
      std::printf("  (%d connections were lost meanwhile)\n", lost);
    }
    return result;
  }

  // The same number of rows of the same shape, changed in one statement.
  double TimeUpdate() {
    pqxx::connection connection(server_.database());
    pqxx::nontransaction work(connection);
    work.exec0("CREATE TABLE bare (LIKE orders INCLUDING ALL)");
    work.exec0(
        "INSERT INTO bare SELECT * FROM orders WHERE campaign_id = (SELECT min(id) FROM "
        "campaigns)");
    work.exec0("VACUUM ANALYZE bare");
    const absl::Time begin = absl::Now();
    work.exec0("UPDATE bare SET state = 2, offered_at = now(), updated_at = now()");
    return Seconds(begin);
  }

  // Seconds from NOTIFY on one connection to its arrival on another.
  std::vector<double> TimeNotifications() {
    class Receiver : public pqxx::notification_receiver {
     public:
      explicit Receiver(pqxx::connection_base& connection)
          : pqxx::notification_receiver(connection, "bench") {}
      void operator()(const std::string&, int) override {}
    };
    pqxx::connection listening(server_.database()), notifying(server_.database());
    Receiver receiver(listening);
    pqxx::nontransaction(listening).commit();  // LISTEN takes effect
    std::vector<double> times;
    for (int i = 0; i < 1'000; ++i) {
      const absl::Time begin = absl::Now();
      pqxx::nontransaction(notifying).exec0("NOTIFY bench");
      while (listening.await_notification() == 0) {
      }
      times.push_back(Seconds(begin));
    }
    return times;
  }

  double TimeBareStreams() {
    const std::vector<sync::GatewayAddress> machines = fleet_->addresses();
    fleet_.reset();
    const fs::path port = folder_ / "bare.port";
    const auto program =
        StartProgram({ProgramFolder() / "bench_dispatch", "--bare-secret", server_.secret_file(),
                      "--bare-authority", server_.authority_file(), "--bare-bytes",
                      absl::StrCat(order_bytes_), "--bare-port-file", port},
                     folder_ / "bare.log", [&] { return fs::exists(port); });
    const double seconds = absl::ToDoubleSeconds(
        TimeBare(machines, absl::StrCat("127.0.0.1:", *ReadSmallFile(port.string()))));
    StopProgram(*program);
    return seconds;
  }

  size_t order_bytes() const { return order_bytes_; }

 private:
  std::vector<absl::Time> Ends(const std::string& campaign) {
    pqxx::connection connection(server_.database());
    pqxx::nontransaction work(connection);
    std::vector<absl::Time> ends;
    for (const pqxx::row& row :
         work.exec_params("SELECT (extract(epoch FROM ended_at) * 1e6)::bigint FROM orders "
                          "WHERE campaign_id = $1 AND state = 7 ORDER BY ended_at",
                          std::string(absl::StripPrefix(campaign, "campaigns/")))) {
      ends.push_back(absl::FromUnixMicros(row[0].as<int64_t>()));
    }
    if (static_cast<int>(ends.size()) < options_.machines) {
      Require(absl::InternalError(absl::StrCat("only ", ends.size(), " orders succeeded")));
    }
    return ends;
  }

  const Options options_;
  const fs::path folder_;
  const pki::SigningKey key_ = pki::SigningKey::Generate();
  ServerProcess server_;
  std::unique_ptr<load::Fleet> fleet_;
  std::vector<std::vector<Sight>> seen_;
  size_t order_bytes_ = 0;
};

bool Measure(const Options& options) {
  ScratchFolder folder;
  Bench bench(options, folder.path());
  std::vector<double> dispatches;
  double worst_lag = 0;
  for (const int watchers : {1, options.watchers}) {
    const Bench::Result result = bench.Run(watchers);
    dispatches.push_back(result.dispatch);
    const double lag = Percentile(result.lags, 99);
    worst_lag = std::max(worst_lag, lag);
    std::printf(
        "%d orders with all machines %.2f s after the start\n"
        "%d watchers, %.0f results a second: lag p50 %.0f ms, p99 %.0f ms, most %.0f ms; "
        "%.0f KiB of the server's memory each\n",
        options.machines, result.dispatch, watchers, options.rate,
        1e3 * Percentile(result.lags, 50), 1e3 * lag, 1e3 * Percentile(result.lags, 100),
        result.watcher_bytes / 1024);
    std::fflush(stdout);
  }
  const std::vector<double> notifications = bench.TimeNotifications();
  std::printf("a bare NOTIFY: p50 %.2f ms, p99 %.2f ms\n", 1e3 * Median(notifications),
              1e3 * Percentile(notifications, 99));
  const double update = bench.TimeUpdate();
  const double bare = bench.TimeBareStreams();
  const double dispatch = *std::ranges::max_element(dispatches);
  std::printf(
      "%zu bytes to each of %d bare streams: %.2f s; one UPDATE of as many rows: %.2f s\n"
      "dispatch: %.2f s at most (target %.0f s), %.1f times both together\n"
      "lag: p99 %.0f ms (target %.0f ms)\n",
      bench.order_bytes(), options.machines, bare, update, dispatch, kMaxDispatchSeconds,
      dispatch / (bare + update), 1e3 * worst_lag, 1e3 * kMaxLagSeconds);
  return dispatch <= kMaxDispatchSeconds && worst_lag <= kMaxLagSeconds;
}

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  pki::RequireTls13();
  spdlog::set_level(spdlog::level::warn);
  Options options;
  CLI::App app(
      "Has a connected fleet scan: once with one watcher, once with many. The time until the last "
      "machine has its order, and from an order's end until its watchers count it; beside it bare "
      "gRPC streams with the same TLS, an UPDATE of as many rows, and NOTIFY.\n"
      "Exit code 1 where a target is missed.");
  app.add_option("--machines", options.machines, "Connected")->capture_default_str();
  app.add_option("--watchers", options.watchers, "In the second campaign")->capture_default_str();
  app.add_option("--rate", options.rate, "Machines that take up their orders, per second")
      ->capture_default_str();
  app.add_option("--image", options.image, "Volume to clone, from muster-testimage");
  app.add_option("--bare-secret", options.bare_secret)->group("");
  app.add_option("--bare-authority", options.bare_authority)->group("");
  app.add_option("--bare-bytes", options.bare_bytes)->group("");
  app.add_option("--bare-port-file", options.bare_port_file)->group("");
  CLI11_PARSE(app, argc, argv);
  RaiseFileLimit(static_cast<size_t>(options.machines + options.watchers) + kOtherFiles);
  if (!options.bare_port_file.empty()) {
    ServeBare(options.bare_secret, options.bare_authority, options.bare_bytes,
              options.bare_port_file);
  }
  const bool met = Measure(options);
  std::fflush(stdout);
  std::_Exit(met ? 0 : 1);  // gRPC's threads still hold connections
}

}  // namespace
}  // namespace muster::bench

int main(int argc, char** argv) { return muster::bench::Main(argc, argv); }
