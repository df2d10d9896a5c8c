// Campaigns while servers, their database and agents are killed and clocks jump: what must hold
// then, and whether it did. See --help.
#include <signal.h>
#include <spdlog/spdlog.h>
#include <stdlib.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/pki/pki.h"
#include "server/store/embedded_postgres.h"
#include "tests/chaos/clock_file.h"
#include "tests/chaos/diary.h"
#include "tests/chaos/eventful_campaign.h"
#include "tests/chaos/operator.h"
#include "tests/chaos/plan.h"
#include "tests/chaos/server_process.h"
#include "tests/chaos/witness.h"
#include "tests/load/fleet.h"
#include "tests/testdata/authority.h"
#include "tests/testdata/free_port.h"
#include "tests/testdata/incident_image.h"

namespace muster::chaos {
namespace {

namespace fs = std::filesystem;
constexpr absl::Duration kLookInterval = absl::Milliseconds(50);
constexpr absl::Duration kCampaignPatience = absl::Minutes(10);
// So long an operator thinks about a pause: three turns of the servers, in which nothing may go on.
constexpr absl::Duration kPauseLength = absl::Milliseconds(600);
// For what is still under way once a campaign is over.
constexpr absl::Duration kLatePatience = absl::Minutes(1);

struct Options {
  int machines = 1'000;
  int kills = 200;
  uint64_t seed = 1;
};

class Chaos {
 public:
  explicit Chaos(const Options& options)
      : options_(options), plan_(options.seed, std::size(servers_), options.machines) {
    std::string pattern = (fs::temp_directory_path() / "muster_chaos_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    fs::permissions(folder_, fs::perms(0755));
    fs::create_directories(data());
    std::printf("seed %lu, logs in %s\n", static_cast<unsigned long>(options_.seed),
                folder_.c_str());
    std::fflush(stdout);
    diary_ = std::make_unique<Diary>(folder_ / "chaos.log");
    clock_ = std::make_unique<ClockFile>(data() / "clock");
    cluster_ = Must(store::EmbeddedPostgres::Start({.directory = (folder_ / "postgres").string()}),
                    "the database");
    witness_ = std::make_unique<Witness>(cluster_->conninfo(), *diary_);
    for (Server& server : servers_)
      server = {testdata::FreePort(), testdata::FreePort(), nullptr, {}};
    StartServer(servers_[0]);  // makes the authority
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (!fs::exists(data() / "admin.token") && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(50));
    }
    StartServer(servers_[1]);
    authority_ = Must(ReadSmallFile(data() / "authority.pem"), "the authority");
    operator_ = std::make_unique<Operator>(
        std::vector<std::string>{Address(servers_[0].operators), Address(servers_[1].operators)},
        authority_,
        std::string(
            absl::StripAsciiWhitespace(Must(ReadSmallFile(data() / "admin.token"), "the token"))),
        [this] { Mend(); });
    Require(operator_->PublishKey(), "the operator's key");
    MakeFleet();
  }
  ~Chaos() {
    fleet_.reset();
    for (Server& server : servers_) server.process.reset();
    cluster_.reset();
    if (witness_->complaints() == 0) {
      fs::remove_all(folder_);
    } else {
      SayHowToRepeat();
    }
  }

  // Whether everything held.
  bool Run() {
    const absl::Time start = absl::Now();
    int campaigns = 0;
    while (killed_ < options_.kills) {
      AwaitAffected();
      RunCampaign();
      ++campaigns;
      fleet_->Spoil();
    }
    std::printf("seed %lu: %d machines, %d campaigns, %ld installers started, %s\n",
                static_cast<unsigned long>(options_.seed), options_.machines, campaigns,
                static_cast<long>(witness_->starts()),
                absl::FormatDuration(absl::Floor(absl::Now() - start, absl::Seconds(1))).c_str());
    for (const auto& [what, count] : strikes_) std::printf("  %4d × %s\n", count, what.c_str());
    std::printf("  %4d pauses, resumed\n", pauses_);
    return witness_->complaints() == 0;
  }

 private:
  struct Server {
    int agents, operators;
    std::unique_ptr<store::ChildProcess> process;
    absl::Time back_at;  // where it was killed
  };

  static std::string Address(int port) { return absl::StrCat("127.0.0.1:", port); }
  fs::path data() const { return folder_ / "data"; }

  void SayHowToRepeat() const {
    std::printf(
        "logs are kept in %s; the same strikes again: --machines %d --kills %d --seed %lu\n",
        folder_.c_str(), options_.machines, options_.kills,
        static_cast<unsigned long>(options_.seed));
    std::fflush(stdout);
  }
  // Where this does not work there is nothing to look at.
  void Require(const absl::Status& status, const char* what) const {
    if (status.ok()) return;
    std::fprintf(stderr, "chaos: %s: %s\n", what, status.ToString().c_str());
    SayHowToRepeat();
    std::_Exit(2);
  }
  template <typename T>
  T Must(absl::StatusOr<T> value, const char* what) const {
    Require(value.status(), what);
    return *std::move(value);
  }

  void StartServer(Server& server) {
    server.process =
        Must(StartServing({data(), cluster_->conninfo(), server.agents, server.operators},
                          (folder_ / absl::StrCat("server-", server.agents, ".log")).string()),
             "a server");
  }

  void MakeFleet() {
    for (const auto& [name, variant] : {std::pair("affected", testdata::ImageVariant::kAffected),
                                        std::pair("fixed", testdata::ImageVariant::kFixed)}) {
      testdata::ImageOptions image;
      image.variant = variant;
      image.updates = 3;
      Require(testdata::WriteIncidentImage(testdata::Authority::OfProcess(), folder_ / name, image)
                  .status(),
              "an image");
    }
    load::FleetOptions fleet;
    fleet.server = Address(servers_[0].agents);
    fleet.other_servers = {Address(servers_[1].agents)};
    fleet.authority = authority_;
    fleet.token = Must(operator_->EnrollmentToken(options_.machines), "an enrolment token");
    fleet.machines = options_.machines;
    fleet.seed = options_.seed;
    fleet.backoff.initial = absl::Milliseconds(100);
    fleet.backoff.cap = absl::Seconds(1);
    fleet.backoff.spread = absl::Milliseconds(500);
    fleet.remedied["affected"] =
        Must(load::GoldenImage::Collect("fixed", (folder_ / "fixed").string(), 1), "an image");
    fleet.on_start = [this](const Digest& machine, int times) {
      witness_->OnStart(machine, times);
    };
    fleet_ = std::make_unique<load::Fleet>(
        fleet, std::vector<load::ImageShare>{
                   {Must(load::GoldenImage::Collect("affected", (folder_ / "affected").string(), 1),
                         "an image"),
                    1}});
    Require(fleet_->Enroll(), "enrolling");
    fleet_->Connect();
  }

  void AwaitAffected() {
    const absl::Time deadline = absl::Now() + absl::Minutes(3);
    for (;;) {
      const int64_t affected =
          Must(operator_->CountMachines("verdict = AFFECTED"), "counting machines");
      if (affected == options_.machines) return;
      if (absl::Now() > deadline) {
        Require(absl::DeadlineExceededError(absl::StrCat(affected, " are AFFECTED")),
                "waiting for the fleet");
      }
      absl::SleepFor(absl::Milliseconds(200));
    }
  }

  void RunCampaign() {
    const v1::Campaign campaign = Must(operator_->Prepare(EventfulCampaign()), "a campaign");
    witness_->Follow(campaign, Must(operator_->Targets(campaign), "its targets"));
    Require(operator_->Start(campaign.name()), "starting it");
    diary_->Note(campaign.name() + " begins");
    const absl::Time deadline = absl::Now() + kCampaignPatience;
    absl::Time strike_at = absl::Now() + next_.wait;
    absl::Time resume_at = absl::InfiniteFuture();
    auto state = v1::Campaign::RUNNING;
    while (state != v1::Campaign::COMPLETED && absl::Now() < deadline) {
      absl::SleepFor(kLookInterval);
      Mend();
      if (killed_ < options_.kills && absl::Now() >= strike_at) {
        Hit(std::exchange(next_, plan_.Next()));
        strike_at = absl::Now() + next_.wait;
      }
      auto seen = witness_->Look();
      if (!seen) continue;
      state = *seen;
      if (state != v1::Campaign::PAUSED) continue;
      if (resume_at == absl::InfiniteFuture()) {
        OnPause(campaign.name());
        resume_at = absl::Now() + kPauseLength;
      }
      if (absl::Now() < resume_at) continue;
      Require(operator_->GoOn(campaign.name()), "resuming");
      diary_->Note("resumed");
      witness_->Touched();
      resume_at = absl::InfiniteFuture();
    }
    clock_->Set(absl::ZeroDuration());
    MendAll();
    AwaitLate(campaign.name());
    const v1::Campaign told = Must(operator_->Get(campaign.name()), "the campaign");
    if (told.state() != v1::Campaign::COMPLETED) {
      witness_->Complain(absl::StrCat(campaign.name(),
                                      " did not end: ", v1::Campaign::State_Name(told.state()),
                                      ", ", told.counts().ShortDebugString()));
    }
    witness_->Conclude(told);
    const std::string how =
        absl::StrCat(campaign.name(), ": ", told.counts().succeeded(), " succeeded, ",
                     told.counts().failed(), " failed, after ", killed_, " kills");
    diary_->Note(how);
    std::printf("%s\n", how.c_str());
    std::fflush(stdout);
  }

  void OnPause(const std::string& campaign) {
    ++pauses_;
    const v1::Campaign paused = Must(operator_->Get(campaign), "a paused campaign");
    diary_->Note("paused: " + paused.pause_detail());
    if (paused.state() == v1::Campaign::PAUSED &&
        paused.pause_reason() == v1::Campaign::PAUSE_REASON_UNSPECIFIED) {
      witness_->Complain(campaign + " paused without a reason");
    }
  }

  // A campaign may be over for an order whose deadline has passed while its machine is still at
  // work on it. What that comes to is told late, and counts: nothing is compared before.
  void AwaitLate(const std::string& campaign) {
    const absl::Time deadline = absl::Now() + kLatePatience;
    while (fleet_->AtWork() > 0 && absl::Now() < deadline) {
      absl::SleepFor(kLookInterval);
      Mend();
    }
    if (const int left = fleet_->AtWork(); left > 0) {
      witness_->Complain(absl::StrCat(campaign, " is over, and ", left,
                                      " machines do not come to an end with their orders"));
    }
  }

  void Hit(const Strike& strike) {
    const std::string length = absl::FormatDuration(strike.length);
    switch (strike.kind) {
      case Strike::Kind::kServer: {
        Server& server = servers_[strike.which];
        if (server.process == nullptr) return;
        server.process.reset();  // SIGKILL
        server.back_at = absl::Now() + strike.length;
        return OnKill("a server killed",
                      absl::StrCat(strike.which + 1, " (port ", server.agents, "), for ", length));
      }
      case Strike::Kind::kDatabase: {
        std::ifstream file(folder_ / "postgres" / "data" / "postmaster.pid");
        pid_t postmaster = 0;
        if (!(file >> postmaster)) return;
        kill(postmaster, SIGKILL);
        return OnKill("the database killed", absl::StrCat(postmaster));
      }
      case Strike::Kind::kAgent:
        fleet_->Kill(strike.which, strike.length);
        return OnKill("an agent killed",
                      absl::StrCat(fleet_->names()[strike.which], ", for ", length));
      case Strike::Kind::kAgentClock:
        fleet_->SetClock(strike.which, strike.length);
        return OnStrike("an agent's clock jumped, by up to two days",
                        absl::StrCat(fleet_->names()[strike.which], ", by ", length));
      case Strike::Kind::kServerClocks:
        clock_->Set(strike.length);
        clock_back_at_ = absl::Now() + absl::Seconds(2);
        return OnStrike("the servers' clocks jumped, by up to two minutes", "by " + length);
    }
  }
  void OnStrike(const std::string& what, const std::string& which) {
    ++strikes_[what];
    diary_->Note(absl::StrCat(what, ": ", which));
  }
  void OnKill(const std::string& what, const std::string& which) {
    ++killed_;
    OnStrike(what, which);
  }

  // What was killed comes back in its time.
  void Mend() {
    const absl::Time now = absl::Now();
    if (now >= clock_back_at_) clock_->Set(absl::ZeroDuration());
    cluster_->RestartIfEnded().status().IgnoreError();  // where it cannot yet, the next call does
    for (Server& server : servers_) {
      if (server.process == nullptr && now >= server.back_at) StartServer(server);
    }
  }
  void MendAll() {
    for (Server& server : servers_) server.back_at = absl::InfinitePast();
    Mend();
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    while (!cluster_->RestartIfEnded().ok() && absl::Now() < deadline) {
      absl::SleepFor(kLookInterval);
    }
  }

  const Options options_;
  Plan plan_;
  Strike next_ = plan_.Next();
  fs::path folder_;
  std::unique_ptr<Diary> diary_;
  std::unique_ptr<ClockFile> clock_;
  absl::Time clock_back_at_ = absl::InfiniteFuture();
  std::unique_ptr<store::EmbeddedPostgres> cluster_;
  std::unique_ptr<Witness> witness_;
  Server servers_[2];
  std::string authority_;
  std::unique_ptr<Operator> operator_;
  std::unique_ptr<load::Fleet> fleet_;
  int killed_ = 0, pauses_ = 0;
  std::map<std::string, int> strikes_;
};

int Main(int argc, char** argv) {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  pki::RequireTls13();
  setenv("GRPC_VERBOSITY", "NONE", 0);
  Options options;
  CLI::App app(
      "Runs campaigns on two servers, a database and a simulated fleet, kills them at random "
      "points "
      "and sets clocks,\n"
      "and looks whether what must hold does: no order runs twice or on a machine that is no "
      "target, no wave begins\n"
      "below its threshold, nothing is offered past a pause, counts are the rows', every campaign "
      "ends, who succeeded\n"
      "is FIXED. Exit code 1 where something did not.");
  app.add_option("--machines", options.machines, "Simulated machines")->capture_default_str();
  app.add_option("--kills", options.kills, "Of servers, database and agents")
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Of what is struck and when, and of the fleet")
      ->capture_default_str();
  Serving serving;
  app.add_option("--serve", serving.data, "Be one of the servers, in this folder")->group("");
  app.add_option("--conninfo", serving.conninfo)->group("");
  app.add_option("--agent-port", serving.agents)->group("");
  app.add_option("--operator-port", serving.operators)->group("");
  CLI11_PARSE(app, argc, argv);
  if (!serving.data.empty()) Serve(serving);
  spdlog::set_level(spdlog::level::off);
  bool held = false;
  {
    Chaos chaos(options);
    held = chaos.Run();
  }
  std::printf("%s\n", held ? "everything held" : "NOT everything held: see BROKEN above");
  std::fflush(stdout);
  std::_Exit(held ? 0 : 1);  // gRPC's threads still hold connections
}

}  // namespace
}  // namespace muster::chaos

int main(int argc, char** argv) { return muster::chaos::Main(argc, argv); }
