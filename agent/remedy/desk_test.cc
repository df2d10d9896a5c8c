#include "agent/remedy/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "agent/host/fake/fake_control.h"
#include "common/orders/key_set.h"
#include "common/orders/manifest.h"
#include "common/orders/merkle.h"
#include "common/proto_time.h"

namespace muster::remedy {
namespace {

using Status = v1::OrderStatus;
const absl::Time kStart = absl::FromUnixSeconds(1'372'636'800);  // a Monday, midnight UTC

// A journal that lives on a disk which outlives the agent, and which can fail, or take the agent
// with it, at any write.
class FaultyJournal : public Journal {
 public:
  enum class Fault { kNone, kFails, kFailsThoughWritten, kDiesBefore, kDiesAfter };

  absl::StatusOr<v1::Journal> Load() override { return disk; }
  absl::Status Save(const v1::Journal& journal) override {
    if (dead) return absl::UnavailableError("the agent is gone");
    const bool strikes = ++writes == strikes_at;
    if (!strikes || fault == Fault::kDiesAfter || fault == Fault::kFailsThoughWritten) {
      disk = journal;
    }
    if (!strikes) return absl::OkStatus();
    if (fault == Fault::kDiesBefore || fault == Fault::kDiesAfter) dead = true;
    return absl::ResourceExhaustedError("no room on the disk");
  }

  v1::Journal disk;
  int writes = 0;
  int strikes_at = -1;
  Fault fault = Fault::kNone;
  bool dead = false;
};

// A machine with one agent on it: time passes when the test says so, work is done between.
class Machine : public Hands {
 public:
  Machine() {
    control.SetReadiness({.free_disk_bytes = 10'000'000'000, .architecture = "amd64"});
    control.OnStart([this](const host::Command&) { is_fixed |= installer_works; });
  }

  void After(absl::Duration delay, std::function<void()> work) override {
    timers.emplace(now + delay, std::move(work));
  }
  void Send(const v1::OrderReport& report) override {
    if (connected) sent.push_back(report);
  }
  void Look(std::function<void(host::Readiness)> done) override {
    Soon([this, done] { done(control.Look()); });
  }
  void Fetch(const v1::Action&, const std::string&,
             std::function<void(absl::StatusOr<WorkFiles>)> done) override {
    Soon([this, done] {
      if (fetched.ok()) return done(WorkFiles{"C:\\p\\u.msu", "C:\\p"});
      done(fetched);
    });
  }
  void Start(const host::Command& command,
             std::function<void(absl::StatusOr<host::ProcessId>)> done) override {
    auto started = control.Start(command);
    Soon([started, done] { done(started); });
  }
  void Await(const host::ProcessId& process, absl::Duration limit,
             std::function<void(host::ProcessEnd)> done) override {
    Soon([this, process, limit, done] { done(control.Await(process, limit)); });
  }
  void CollectEvidence(const v1::Action::CollectEvidence&, const std::string&, const std::string&,
                       std::function<void(absl::Status)> done) override {
    ++collections;
    Soon([this, done] { done(collected); });
  }
  void Rescan() override {
    ++scans;
    Soon([this] { desk->OnScanned(); });
  }
  absl::StatusOr<std::string> Boot() override { return control.Boot(); }
  absl::Status Restart(absl::Duration notice, const std::string& message) override {
    const int before = control.boots();
    auto restarted = control.Restart(notice, message);
    rebooted |= control.boots() != before;
    return restarted;
  }
  absl::Duration UtcOffset() override { return absl::Hours(2); }
  void Discard(const std::string& order) override { discarded.push_back(order); }

  void StartAgent() {
    desk.reset();
    timers.clear();
    journal.dead = false;
    journal.strikes_at = -1;
    auto opened = Desk::Open({}, id, journal, *this, keys, [this] { return now; });
    ASSERT_TRUE(opened.ok()) << opened.status();
    desk = *std::move(opened);
    desk->Start();
    desk->OnConnected();
  }

  // Plays what is due until `until`, and the server's part; starts the agent again where it died or
  // Windows restarted.
  void Play(absl::Duration length) {
    const absl::Time until = now + length;
    for (int turns = 0; turns < 10'000; ++turns) {
      if (journal.dead || rebooted) {
        rebooted = false;
        StartAgent();
      }
      Answer();
      if (journal.dead || rebooted) continue;
      auto first = timers.begin();
      if (first == timers.end() || first->first > until) break;
      now = std::max(now, first->first);
      auto work = std::move(first->second);
      timers.erase(first);
      work();
    }
    now = until;
  }

  // The server: a scan after the action decides, other ends are taken as they are told.
  void Answer() {
    while (!sent.empty()) {
      const v1::OrderReport report = sent.front();
      sent.erase(sent.begin());
      told.push_back(report);
      v1::OrderAck ack;
      ack.set_campaign(report.campaign());
      ack.set_attempt(report.attempt());
      *ack.mutable_status() = report.status();
      ack.set_scanned(report.scanned());
      if (report.scanned()) {
        ack.mutable_status()->set_state(is_fixed ? Status::SUCCEEDED : Status::FAILED);
      }
      if (ack.status().state() >= Status::SUCCEEDED) final = ack.status();
      if (answers) desk->OnAck(ack);
    }
  }

  int Installs() { return static_cast<int>(control.started().size()); }
  bool Told(Status::State state) {
    return std::any_of(told.begin(), told.end(),
                       [&](const auto& report) { return report.status().state() == state; });
  }

  const Digest id = Sha256("this machine");
  absl::Time now = kStart;
  host::FakeControl control;
  FaultyJournal journal;
  PinnedKeys keys;
  std::unique_ptr<Desk> desk;
  std::multimap<absl::Time, std::function<void()>> timers;
  std::vector<v1::OrderReport> sent, told;
  std::vector<std::string> discarded;
  Status final;
  absl::Status fetched, collected;
  bool connected = true, answers = true, installer_works = true;
  bool is_fixed = false, rebooted = false;
  int scans = 0, collections = 0;

 private:
  void Soon(std::function<void()> work) { After(absl::Milliseconds(10), std::move(work)); }
};

class DeskTest : public ::testing::Test {
 protected:
  DeskTest() {
    v1::KeySet set;
    set.set_serial(1);
    set.set_min_approvals(1);
    *set.add_keys() = orders::DescribeKey(key_, "Ada");
    v1::SignedKeySet first;
    first.set_key_set(set.SerializeAsString());
    EXPECT_TRUE(machine_.keys.PinFirst(first).ok());

    manifest_.set_format(1);
    manifest_.set_campaign("campaigns/c1");
    manifest_.set_nonce(std::string(16, 'n'));
    auto& payload = *manifest_.mutable_action()->mutable_install_update()->mutable_payload();
    payload.set_sha256(std::string(32, 'x'));
    payload.set_size(1'000'000);
    payload.set_kb("KB2749655");
    payload.set_file_name("Windows6.1-KB2749655-x64.msu");
    payload.set_architecture("amd64");
    *manifest_.mutable_not_before() = ToProto(kStart);
    *manifest_.mutable_not_after() = ToProto(kStart + absl::Hours(24 * 7));
    orders::MerkleTree tree({machine_.id});
    manifest_.set_target_root(tree.root().ToBytes());
    manifest_.set_target_count(1);
    manifest_.set_required_approvals(1);
    manifest_.set_max_attempts(3);
    manifest_.mutable_restart()->set_when(v1::RestartPolicy::IF_NEEDED);
    *manifest_.mutable_restart()->mutable_notice() = ToProto(absl::Minutes(5));
    *manifest_.mutable_restart()->mutable_deferral() = ToProto(absl::Hours(1));
    manifest_.mutable_restart()->set_deferrals(2);
    *manifest_.mutable_preconditions()->mutable_patience() = ToProto(absl::Hours(1));
    *manifest_.mutable_run_limit() = ToProto(absl::Hours(1));
  }

  v1::Order MakeOrder(uint32_t attempt = 1) {
    v1::Order order;
    order.mutable_signed_manifest()->set_manifest(manifest_.SerializeAsString());
    *order.mutable_signed_manifest()->add_signatures() =
        orders::SignManifest(key_, order.signed_manifest().manifest());
    order.set_attempt(attempt);
    return order;
  }

  pki::SigningKey key_ = pki::SigningKey::Generate();
  v1::OrderManifest manifest_;
  Machine machine_;
};

TEST_F(DeskTest, AnUpdateIsInstalledSeenFixedAndForgotten) {
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.Installs(), 1);
  EXPECT_EQ(machine_.final.state(), Status::SUCCEEDED);
  EXPECT_EQ(machine_.final.code(), 0u);
  for (const auto state : {Status::ACCEPTED, Status::RUNNING, Status::VERIFYING}) {
    EXPECT_TRUE(machine_.Told(state)) << state;
  }
  EXPECT_EQ(machine_.desk->open_orders(), 0u);
  EXPECT_EQ(machine_.discarded.size(), 1u);
  const auto command = machine_.control.started()[0];
  EXPECT_EQ(command.program, host::SystemProgram::kWusa);
  EXPECT_THAT(command.arguments, ::testing::ElementsAre("C:\\p\\u.msu", "/quiet", "/norestart",
                                                        ::testing::StartsWith("/log:")));
}

TEST_F(DeskTest, AnExitCodeOfZeroIsNoSuccess) {
  machine_.installer_works = false;
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.final.state(), Status::FAILED);
}

TEST_F(DeskTest, AnOrderRunsOnceHoweverOftenItComes) {
  machine_.StartAgent();
  for (int i = 0; i < 3; ++i) {
    machine_.desk->OnOrder(MakeOrder());
    machine_.Play(absl::Minutes(1));
  }
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.Installs(), 1);
  // A clock that is set back, and forward again, changes nothing.
  machine_.now -= absl::Seconds(200);
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(5));
  EXPECT_EQ(machine_.Installs(), 1);
}

TEST_F(DeskTest, AnotherAttemptRunsOnceMore) {
  machine_.installer_works = false;
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(1));
  machine_.desk->OnOrder(MakeOrder(2));
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.Installs(), 2);
  machine_.desk->OnOrder(MakeOrder(4));
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.Installs(), 2);
  EXPECT_EQ(machine_.told.back().status().cause(), Status::TOO_MANY_ATTEMPTS);
}

TEST_F(DeskTest, WhatIsNotSignedIsRefusedAndTold) {
  machine_.StartAgent();
  v1::Order order = MakeOrder();
  order.mutable_signed_manifest()->clear_signatures();
  machine_.desk->OnOrder(order);
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.Installs(), 0);
  EXPECT_EQ(machine_.final.state(), Status::REFUSED);
  EXPECT_EQ(machine_.final.cause(), Status::BAD_SIGNATURE);
  EXPECT_TRUE(machine_.journal.disk.records().empty());
}

TEST_F(DeskTest, RestartsAndLooksAfterwards) {
  machine_.control.SetEnd({host::ProcessEnd::Kind::kExited, 3010});
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Hours(1));
  EXPECT_EQ(machine_.control.boots(), 2);
  EXPECT_TRUE(machine_.Told(Status::REBOOT_PENDING));
  EXPECT_EQ(machine_.final.state(), Status::SUCCEEDED);
  EXPECT_EQ(machine_.Installs(), 1);
  EXPECT_EQ(machine_.scans, 1);
}

TEST_F(DeskTest, ARestartThatIsCalledOffIsAskedForAgain) {
  machine_.control.SetEnd({host::ProcessEnd::Kind::kExited, 0x00240005});
  machine_.control.DeferRestarts(2);
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Hours(1));
  EXPECT_EQ(machine_.control.boots(), 1);
  machine_.Play(absl::Hours(3));
  EXPECT_EQ(machine_.control.boots(), 2);
  EXPECT_EQ(machine_.final.state(), Status::SUCCEEDED);
}

TEST_F(DeskTest, ARestartThatNeverHappensEnds) {
  machine_.control.SetEnd({host::ProcessEnd::Kind::kExited, 3010});
  machine_.control.DeferRestarts(1000);
  machine_.installer_works = false;
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Hours(24));
  EXPECT_EQ(machine_.final.state(), Status::FAILED);
  EXPECT_EQ(machine_.final.cause(), Status::RESTART_DID_NOT_HAPPEN);
}

TEST_F(DeskTest, WithoutLeaveToRestartItWaitsForSomebodyElse) {
  manifest_.mutable_restart()->set_when(v1::RestartPolicy::NEVER);
  machine_.control.SetEnd({host::ProcessEnd::Kind::kExited, 3010});
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Hours(10));
  EXPECT_EQ(machine_.control.boots(), 1);
  EXPECT_EQ(machine_.final.state(), Status::STATE_UNSPECIFIED);
  machine_.control.Reboot();
  machine_.rebooted = true;
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.final.state(), Status::SUCCEEDED);
}

TEST_F(DeskTest, WaitsForItsWindowInTheMachinesOwnTime) {
  auto& span = *manifest_.mutable_window()->add_spans();
  span.set_start_minute(22 * 60);
  span.set_minutes(60);
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Hours(19));
  EXPECT_EQ(machine_.Installs(), 0);
  EXPECT_EQ(FromProto(machine_.told.back().starts_at()), kStart + absl::Hours(20));
  machine_.Play(absl::Hours(2));
  EXPECT_EQ(machine_.final.state(), Status::SUCCEEDED);
}

TEST_F(DeskTest, WaitsForWhatPassesAndGivesUpOnWhatDoesNot) {
  host::Readiness busy{.installer_busy = true, .architecture = "amd64"};
  machine_.control.SetReadiness(busy);
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(30));
  EXPECT_EQ(machine_.Installs(), 0);
  EXPECT_THAT(machine_.told.back().status().detail(), ::testing::HasSubstr("Windows Installer"));
  machine_.control.SetReadiness({.architecture = "amd64"});
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.final.state(), Status::SUCCEEDED);

  machine_.control.SetReadiness({.free_disk_bytes = 10, .architecture = "amd64"});
  machine_.desk->OnOrder(MakeOrder(2));
  machine_.Play(absl::Hours(2));
  EXPECT_EQ(machine_.final.state(), Status::FAILED);
  EXPECT_EQ(machine_.final.cause(), Status::LOW_DISK);

  machine_.control.SetReadiness({.architecture = "x86"});
  machine_.desk->OnOrder(MakeOrder(3));
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.final.cause(), Status::WRONG_ARCHITECTURE);
  EXPECT_EQ(machine_.Installs(), 1);
}

TEST_F(DeskTest, APayloadThatIsNotWhatWasSignedIsNotUsed) {
  machine_.fetched = absl::DataLossError("what came is not what was signed");
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.Installs(), 0);
  EXPECT_EQ(machine_.final.cause(), Status::PAYLOAD_CORRUPT);
}

TEST_F(DeskTest, ItsValidityEndsWhileItWaits) {
  machine_.fetched = absl::UnavailableError("no way to the server");
  *manifest_.mutable_preconditions()->mutable_patience() = ToProto(absl::Hours(24 * 7));
  *manifest_.mutable_not_after() = ToProto(kStart + absl::Hours(1));
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Hours(2));
  EXPECT_EQ(machine_.final.state(), Status::EXPIRED);
  EXPECT_EQ(machine_.final.cause(), Status::VALIDITY_ENDED);
}

TEST_F(DeskTest, AWithdrawnOrderIsDroppedUnlessItRuns) {
  machine_.fetched = absl::UnavailableError("no way to the server");
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(1));
  v1::OrderWithdrawal withdrawal;
  withdrawal.set_campaign("campaigns/other");
  machine_.desk->OnWithdrawal(withdrawal);
  EXPECT_EQ(machine_.desk->open_orders(), 1u);
  withdrawal.set_campaign("campaigns/c1");
  machine_.desk->OnWithdrawal(withdrawal);
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.final.cause(), Status::CAMPAIGN_CANCELLED);
  machine_.fetched = absl::OkStatus();
  machine_.Play(absl::Hours(1));
  EXPECT_EQ(machine_.Installs(), 0);
}

TEST_F(DeskTest, WhatTheServerDidNotHearIsToldAgain) {
  machine_.StartAgent();
  machine_.answers = false;
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.desk->open_orders(), 1u);
  machine_.answers = true;
  machine_.desk->OnConnected();
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.final.state(), Status::SUCCEEDED);
  EXPECT_EQ(machine_.desk->open_orders(), 0u);
}

TEST_F(DeskTest, AnInstallerThatHangsIsEndedAndTheResultLookedAt) {
  machine_.control.SetEnd({host::ProcessEnd::Kind::kTimedOut, 0});
  machine_.installer_works = false;
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Hours(2));
  EXPECT_EQ(machine_.final.state(), Status::FAILED);
  EXPECT_EQ(machine_.final.cause(), Status::INSTALLER_TIMED_OUT);
  EXPECT_EQ(machine_.scans, 1);
}

// The proof: whatever a write of the journal does, and whatever ends the agent at it, the installer
// is started at most once, the order ends, and is told.
TEST_F(DeskTest, RunsAtMostOnceWhateverHappensAtEachWriteOfTheJournal) {
  using Fault = FaultyJournal::Fault;
  int struck = 0;
  for (const uint32_t code : {0u, 3010u, 0x80070422u}) {
    for (const Fault fault :
         {Fault::kFails, Fault::kFailsThoughWritten, Fault::kDiesBefore, Fault::kDiesAfter}) {
      for (int write = 1; write <= 12; ++write) {
        SCOPED_TRACE(
            absl::StrCat("code ", code, " fault ", static_cast<int>(fault), " write ", write));
        Machine machine;
        machine.keys = machine_.keys;
        machine.control.SetEnd({host::ProcessEnd::Kind::kExited, code});
        machine.StartAgent();
        machine.journal.fault = fault;
        machine.journal.strikes_at = write;
        machine.desk->OnOrder(MakeOrder());
        machine.Play(absl::Hours(3));
        struck += machine.journal.writes >= write;
        // The server offers again what it has no end of.
        for (int offers = 0; offers < 3; ++offers) {
          machine.desk->OnOrder(MakeOrder());
          machine.Play(absl::Hours(3));
        }
        machine.StartAgent();
        machine.Play(absl::Hours(3));
        EXPECT_LE(machine.Installs(), 1);
        EXPECT_GE(machine.final.state(), Status::SUCCEEDED);
        EXPECT_EQ(machine.desk->open_orders(), 0u);
      }
    }
  }
  EXPECT_GT(struck, 40);
}

// The same with the power going at any moment in between, and several orders open.
TEST_F(DeskTest, RunsAtMostOnceThoughThePowerGoesAtRandom) {
  for (int seed = 0; seed < 300; ++seed) {
    SCOPED_TRACE(seed);
    std::mt19937 random(static_cast<uint32_t>(seed));
    Machine machine;
    machine.keys = machine_.keys;
    machine.control.SetEnd({host::ProcessEnd::Kind::kExited, random() % 2 == 0 ? 0u : 3010u});
    machine.StartAgent();
    for (int moment = 0; moment < 40; ++moment) {
      if (random() % 3 == 0) machine.desk->OnOrder(MakeOrder(1 + random() % 2));
      machine.Play(absl::Milliseconds(1 + random() % 40));
      if (random() % 4 == 0) {
        if (random() % 2 == 0) machine.control.Reboot();
        machine.StartAgent();
      }
    }
    machine.Play(absl::Hours(10));
    EXPECT_LE(machine.Installs(), 2);  // two attempts
    EXPECT_EQ(machine.desk->open_orders(), 0u);
    EXPECT_GE(machine.final.state(), Status::SUCCEEDED);
  }
}

TEST_F(DeskTest, EvidenceIsSentBeforeTheMachineIsLookedAt) {
  manifest_.mutable_action()->mutable_collect_evidence()->set_mask(true);
  machine_.is_fixed = true;  // the server takes a scan for success
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(5));
  EXPECT_EQ(machine_.collections, 1);
  EXPECT_EQ(machine_.final.state(), Status::SUCCEEDED);
  EXPECT_EQ(machine_.Installs(), 0);
}

TEST_F(DeskTest, EvidenceThatDoesNotGetThroughIsTriedUntilItsTimeIsUp) {
  manifest_.mutable_action()->mutable_collect_evidence();
  machine_.collected = absl::UnavailableError("the server is away");
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(50));
  EXPECT_GT(machine_.collections, 50);
  EXPECT_FALSE(machine_.Told(Status::FAILED));
  machine_.Play(absl::Minutes(15));
  EXPECT_EQ(machine_.final.state(), Status::FAILED);
  EXPECT_EQ(machine_.final.cause(), Status::EVIDENCE_NOT_SENT);
  EXPECT_EQ(machine_.final.detail(), "the server is away");
}

TEST_F(DeskTest, EvidenceThatCannotBeCapturedEndsAtOnce) {
  manifest_.mutable_action()->mutable_collect_evidence();
  machine_.collected = absl::ResourceExhaustedError("the disk is full");
  machine_.StartAgent();
  machine_.desk->OnOrder(MakeOrder());
  machine_.Play(absl::Minutes(1));
  EXPECT_EQ(machine_.collections, 1);
  EXPECT_EQ(machine_.final.cause(), Status::EVIDENCE_NOT_SENT);
}

TEST_F(DeskTest, EvidenceIsCollectedAgainWhereTheAgentWentDownWithIt) {
  for (int write = 2; write <= 3; ++write) {
    Machine machine;
    manifest_.mutable_action()->mutable_collect_evidence();
    manifest_.set_target_root(orders::MerkleTree({machine.id}).root().ToBytes());
    v1::KeySet set;
    set.set_serial(1);
    set.set_min_approvals(1);
    *set.add_keys() = orders::DescribeKey(key_, "Ada");
    v1::SignedKeySet first;
    first.set_key_set(set.SerializeAsString());
    ASSERT_TRUE(machine.keys.PinFirst(first).ok());
    machine.is_fixed = true;
    machine.StartAgent();
    machine.journal.strikes_at = machine.journal.writes + write;  // STARTING, LOOKING
    machine.journal.fault = FaultyJournal::Fault::kDiesAfter;
    machine.desk->OnOrder(MakeOrder());
    machine.Play(absl::Minutes(5));
    EXPECT_GE(machine.collections, 1) << write;
    EXPECT_EQ(machine.final.state(), Status::SUCCEEDED) << write;
  }
}

TEST_F(DeskTest, ADamagedJournalStopsTheDesk) {
  const auto path = std::filesystem::temp_directory_path() /
                    absl::StrCat("muster_journal_", absl::ToUnixNanos(absl::Now()));
  JournalFile file(path);
  EXPECT_TRUE(file.Load().ok());
  v1::Journal journal;
  journal.add_records()->set_campaign("campaigns/1");
  ASSERT_TRUE(file.Save(journal).ok());
  EXPECT_EQ(file.Load()->records_size(), 1);
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 1);
  EXPECT_EQ(file.Load().status().code(), absl::StatusCode::kDataLoss);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace muster::remedy
