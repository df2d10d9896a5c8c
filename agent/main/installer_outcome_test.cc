// Every way in which Windows' installers end, and what becomes of the order: the desk, its hands
// and the real control on a running Windows, with stand-ins for wusa.exe, expand.exe and dism.exe.
// Exit codes and what they stand for: docs/remediation.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <windows.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "agent/host/windows/kernel_handle.h"
#include "agent/host/windows/text.h"
#include "agent/host/windows/windows_control.h"
#include "agent/main/order_hands.h"
#include "agent/remedy/desk.h"
#include "common/orders/key_set.h"
#include "common/orders/manifest.h"
#include "common/orders/merkle.h"
#include "common/proto_time.h"

namespace muster::agent {
namespace {

namespace fs = std::filesystem;
using Status = v1::OrderStatus;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::Duration kPatience = absl::Seconds(60);

// The real control, but for restarts: they are counted, and happen when the test says so.
class Machine : public host::Control {
 public:
  explicit Machine(const std::string& system_folder) : control_(system_folder) {}

  host::Readiness Look() override {
    host::Readiness readiness = control_.Look();
    readiness.update_service_disabled = update_service_disabled;
    return readiness;
  }
  absl::StatusOr<host::ProcessId> Start(const host::Command& command) override {
    return control_.Start(command);
  }
  host::ProcessEnd Await(const host::ProcessId& process, absl::Duration limit) override {
    return control_.Await(process, limit);
  }
  absl::StatusOr<std::string> Boot() override { return absl::StrCat("boot ", boots.load()); }
  absl::Status Restart(absl::Duration, const std::string& message) override {
    EXPECT_THAT(message, HasSubstr("Windows restarts"));
    ++restarts_wanted;
    return absl::OkStatus();
  }

  std::atomic<bool> update_service_disabled = false;
  std::atomic<int> boots = 1, restarts_wanted = 0;

 private:
  host::WindowsControl control_;
};

// How an order stood when its installer was over, before a scan.
struct Outcome {
  Status status;
  bool restarted = false;
  std::vector<std::string> runs;  // the arguments of each program that was started
};

class InstallerOutcomeTest : public ::testing::Test {
 protected:
  InstallerOutcomeTest()
      : folder_(fs::temp_directory_path() /
                ("muster outcome " + std::to_string(GetCurrentProcessId()))) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    wchar_t own[MAX_PATH] = {};
    GetModuleFileNameW(nullptr, own, MAX_PATH);
    for (const char* name : {"wusa.exe", "dism.exe", "expand.exe"}) {
      fs::copy_file(fs::path(own).parent_path() / "stand_in" / "wusa.exe", folder_ / name);
    }
    SetEnvironmentVariableW(L"MUSTER_STAND_IN", folder_.c_str());
    v1::KeySet set;
    set.set_serial(1);
    set.set_min_approvals(1);
    *set.add_keys() = orders::DescribeKey(key_, "Ada");
    v1::SignedKeySet first;
    first.set_key_set(set.SerializeAsString());
    EXPECT_TRUE(keys_.PinFirst(first).ok());
    manifest_.set_format(1);
    manifest_.set_nonce(std::string(16, 'n'));
    auto& payload = *manifest_.mutable_action()->mutable_install_update()->mutable_payload();
    payload.set_sha256(Sha256(content_).ToBytes());
    payload.set_size(content_.size());
    payload.set_kb("KB2749655");
    payload.set_file_name("Windows6.1-KB2749655-x64.msu");
    *manifest_.mutable_not_before() = ToProto(absl::Now() - absl::Hours(1));
    *manifest_.mutable_not_after() = ToProto(absl::Now() + absl::Hours(1));
    const orders::MerkleTree tree({id_});
    manifest_.set_target_root(tree.root().ToBytes());
    manifest_.set_target_count(1);
    manifest_.set_required_approvals(1);
    manifest_.set_max_attempts(1);
    manifest_.mutable_restart()->set_when(v1::RestartPolicy::IF_NEEDED);
    *manifest_.mutable_run_limit() = ToProto(kPatience);
    machine_ = std::make_unique<Machine>(Path(""));
    hands_ = std::make_unique<OrderHands>(OrderHandsDeps{
        machine_.get(), nullptr, loop_, folder_ / "payloads",
        [this](const std::string&, uint64_t, const remedy::Take& take) { return take(content_); },
        [](bool, const std::string&, const std::filesystem::path&) { return absl::OkStatus(); },
        [this](const v1::OrderReport& report) { OnReport(report); },
        [this] {
          ++scans_;
          loop_.Post([this] { desk_->OnScanned(); });
        }});
    StartAgent();
  }
  ~InstallerOutcomeTest() override {
    OnLoop([this] { desk_.reset(); });
    SetEnvironmentVariableW(L"MUSTER_STAND_IN", nullptr);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  std::string Path(const std::string& name) const {
    return host::Utf8Of((folder_ / name).wstring());
  }
  std::string StandIn(const std::string& does) const {
    return absl::StrCat("\"", Path("wusa.exe"), "\" stand_in ", does);
  }
  void Behave(const std::string& program, const std::string& lines) const {
    std::ofstream(folder_ / (program + ".txt"), std::ios::binary) << lines;
  }
  // "pid=… args=…" a line.
  std::vector<std::string> Runs() const {
    std::vector<std::string> lines;
    std::ifstream log(folder_ / "runs.log");
    for (std::string line; std::getline(log, line);) lines.push_back(line);
    return lines;
  }
  std::vector<std::string> AwaitRuns(size_t count) const {
    const absl::Time deadline = absl::Now() + kPatience;
    std::vector<std::string> runs;
    while ((runs = Runs()).size() < count && absl::Now() < deadline) {
      absl::SleepFor(absl::Milliseconds(10));
    }
    EXPECT_GE(runs.size(), count);
    return runs;
  }

  void OnLoop(const std::function<void()>& work) {
    std::promise<void> done;
    loop_.Post([&] {
      work();
      done.set_value();
    });
    done.get_future().wait();
  }
  // As after a restart of the agent: what it knows is in the journal.
  void StartAgent(absl::Duration restart_grace = absl::Minutes(10)) {
    OnLoop([this, restart_grace] {
      desk_.reset();
      auto desk = remedy::Desk::Open({.restart_grace = restart_grace}, id_, journal_, *hands_,
                                     keys_, [] { return absl::Now(); });
      ASSERT_TRUE(desk.ok()) << desk.status();
      desk_ = *std::move(desk);
      desk_->Start();
      desk_->OnConnected();
    });
  }
  void GiveOrder() {
    manifest_.set_campaign(absl::StrCat("campaigns/", ++orders_));
    v1::Order order;
    order.mutable_signed_manifest()->set_manifest(manifest_.SerializeAsString());
    *order.mutable_signed_manifest()->add_signatures() =
        orders::SignManifest(key_, order.signed_manifest().manifest());
    order.set_attempt(1);
    OnLoop([&] { desk_->OnOrder(order); });
  }

  // The newest report of the newest order, once it is in this state.
  v1::OrderReport Await(Status::State state, bool scanned = false) {
    const absl::MutexLock lock(&mutex_);
    const auto reached = [&] {
      return report_.campaign() == manifest_.campaign() && report_.status().state() == state &&
             report_.scanned() == scanned;
    };
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&reached), kPatience))
        << report_.DebugString();
    return report_;
  }
  // The server takes the scan for what it is, and the order is over.
  void Conclude(const v1::OrderReport& report) {
    v1::OrderAck ack;
    ack.set_campaign(report.campaign());
    ack.set_attempt(report.attempt());
    ack.set_scanned(true);
    ack.mutable_status()->set_state(Status::SUCCEEDED);
    OnLoop([&] {
      desk_->OnAck(ack);
      EXPECT_EQ(desk_->open_orders(), 0u);
    });
  }
  // One order from its beginning to its end, with the restart that its installer may want.
  Outcome Play() {
    const size_t runs_before = Runs().size();
    const int scans_before = scans_, wanted_before = machine_->restarts_wanted;
    GiveOrder();
    Outcome outcome;
    {
      const absl::MutexLock lock(&mutex_);
      const auto over = [&] {
        return report_.campaign() == manifest_.campaign() &&
               report_.status().state() >= Status::REBOOT_PENDING;
      };
      EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&over), kPatience))
          << report_.DebugString();
      outcome.restarted = report_.status().state() == Status::REBOOT_PENDING;
    }
    OnLoop([] {});  // the restart is told first, and asked for then
    EXPECT_EQ(machine_->restarts_wanted - wanted_before, outcome.restarted ? 1 : 0);
    if (outcome.restarted) {
      EXPECT_EQ(scans_, scans_before);  // nothing is looked at before the restart
      ++machine_->boots;
      StartAgent();
    }
    const v1::OrderReport scanned = Await(Status::VERIFYING, /*scanned=*/true);
    EXPECT_EQ(scans_, scans_before + 1);
    outcome.status = scanned.status();
    Conclude(scanned);
    const std::vector<std::string> runs = Runs();
    for (size_t i = runs_before; i < runs.size(); ++i) {
      outcome.runs.push_back(runs[i].substr(runs[i].find(" args=") + 6));
    }
    return outcome;
  }

  const fs::path folder_;
  const Digest id_ = Sha256("this machine");
  const std::string content_ = "MSCF, and so on";
  const pki::SigningKey key_ = pki::SigningKey::Generate();
  remedy::PinnedKeys keys_;
  v1::OrderManifest manifest_;
  int orders_ = 0;
  std::atomic<int> scans_ = 0;
  absl::Mutex mutex_;
  v1::OrderReport report_;                                   // under mutex_, as the next
  Status::State scanned_after_ = Status::STATE_UNSPECIFIED;  // what was told before the scan was
  std::unique_ptr<Machine> machine_;
  remedy::JournalFile journal_{folder_ / "orders.journal"};
  std::unique_ptr<OrderHands> hands_;
  std::unique_ptr<remedy::Desk> desk_;  // on the loop
  sync::EventLoop loop_;                // ends before what runs on it

 private:
  void OnReport(const v1::OrderReport& report) {
    const absl::MutexLock lock(&mutex_);
    if (report.scanned() && !report_.scanned()) scanned_after_ = report_.status().state();
    report_ = report;
  }
};

struct Case {
  uint32_t code;
  Status::Cause cause;  // CAUSE_UNSPECIFIED: nothing is wrong so far, the scan decides
  bool restart;
  const char* words;  // in the detail; "" where there is none
};

constexpr Status::Cause kFine = Status::CAUSE_UNSPECIFIED;

TEST_F(InstallerOutcomeTest, EveryExitCodeOfWusaIsTakenForWhatItIs) {
  for (const Case& expected : {
           Case{0, kFine, false, ""},
           Case{3010, kFine, true, ""},         // ERROR_SUCCESS_REBOOT_REQUIRED
           Case{1641, kFine, true, ""},         // ERROR_SUCCESS_REBOOT_INITIATED
           Case{0x00240005, kFine, true, ""},   // WU_S_REBOOT_REQUIRED
           Case{2359302, kFine, false, ""},     // WU_S_ALREADY_INSTALLED: no proof of a re-release
           Case{0x00240007, kFine, false, ""},  // WU_S_ALREADY_UNINSTALLED
           Case{0x80240017, Status::NOT_APPLICABLE, false, "WU_E_NOT_APPLICABLE"},
           Case{static_cast<uint32_t>(-2145124329), Status::NOT_APPLICABLE, false, "2149842967"},
           Case{0x80240016, Status::INSTALLER_BUSY, false, "0x80240016"},
           Case{1618, Status::INSTALLER_BUSY, false, "1618"},
           Case{0x80070652, Status::INSTALLER_BUSY, false, "0x80070652"},
           Case{0x80070005, Status::INSTALLER_FAILED, false, "E_ACCESSDENIED"},
           Case{0x800B0101, Status::INSTALLER_FAILED, false, "CERT_E_EXPIRED"},
           Case{0x80092004, Status::INSTALLER_FAILED, false, "CRYPT_E_NOT_FOUND"},
           Case{0x80070BC9, Status::INSTALLER_FAILED, false, "ERROR_FAIL_REBOOT_REQUIRED"},
           Case{0x80070422, Status::INSTALLER_FAILED, false, "ERROR_SERVICE_DISABLED"},
           Case{0x80240022, Status::INSTALLER_FAILED, false, "0x80240022"},
           Case{0x8024000B, Status::INSTALLER_FAILED, false, "0x8024000B"},
           Case{1, Status::INSTALLER_FAILED, false, "ended with 1 "},
           Case{87, Status::INSTALLER_FAILED, false, "ended with 87 "},
           Case{259, Status::INSTALLER_FAILED, false, "ended with 259 "},  // STILL_ACTIVE
           Case{0xFFFFFFFF, Status::INSTALLER_FAILED, false, "4294967295"},
       }) {
    SCOPED_TRACE(expected.code);
    Behave("wusa", absl::StrCat("exit ", expected.code, "\n"));
    const Outcome outcome = Play();
    EXPECT_TRUE(outcome.status.has_code());
    EXPECT_EQ(outcome.status.code(), expected.code);
    EXPECT_EQ(outcome.status.cause(), expected.cause);
    EXPECT_EQ(outcome.restarted, expected.restart);
    EXPECT_THAT(outcome.status.detail(), HasSubstr(expected.words));
    EXPECT_EQ(outcome.status.detail().empty(), expected.cause == kFine);
    ASSERT_THAT(outcome.runs, SizeIs(1));
    EXPECT_THAT(outcome.runs[0], HasSubstr("Windows6.1-KB2749655-x64.msu /quiet /norestart /log:"));
  }
}

TEST_F(InstallerOutcomeTest, DismDoesWhereTheUpdateServiceIsDisabled) {
  machine_->update_service_disabled = true;
  for (const Case& expected :
       {Case{0, kFine, false, ""}, Case{3010, kFine, true, ""},
        Case{0x800F081E, Status::NOT_APPLICABLE, false, "CBS_E_NOT_APPLICABLE"},
        Case{0x800B0101, Status::INSTALLER_FAILED, false, "CERT_E_EXPIRED"},
        Case{0x80070BC9, Status::INSTALLER_FAILED, false, "ERROR_FAIL_REBOOT_REQUIRED"},
        Case{1726, Status::INSTALLER_FAILED, false, "1726"}}) {  // RPC_S_CALL_FAILED
    SCOPED_TRACE(expected.code);
    Behave("dism", absl::StrCat("exit ", expected.code, "\n"));
    const Outcome outcome = Play();
    EXPECT_EQ(outcome.status.code(), expected.code);
    EXPECT_EQ(outcome.status.cause(), expected.cause);
    EXPECT_EQ(outcome.restarted, expected.restart);
    EXPECT_THAT(outcome.status.detail(), HasSubstr(expected.words));
    ASSERT_THAT(outcome.runs, SizeIs(2));
    EXPECT_THAT(outcome.runs[0], HasSubstr("-F:Windows*.cab "));
    EXPECT_THAT(outcome.runs[1], HasSubstr("/online /add-package /packagepath:"));
  }
}

TEST_F(InstallerOutcomeTest, WhatCannotBeExpandedIsNotInstalled) {
  manifest_.mutable_action()->mutable_install_update()->set_installer(v1::Action::DISM);
  Behave("expand", "exit 1\n");
  const Outcome outcome = Play();
  EXPECT_EQ(outcome.status.cause(), Status::INSTALLER_FAILED);
  EXPECT_THAT(outcome.runs, SizeIs(1));
}

TEST_F(InstallerOutcomeTest, RemovalIsByNumber) {
  manifest_.mutable_action()->mutable_remove_update()->set_kb("KB2705219");
  Behave("wusa", "exit 2359303\n");
  const Outcome outcome = Play();
  EXPECT_EQ(outcome.status.cause(), kFine);
  EXPECT_EQ(outcome.status.code(), 2359303u);
  ASSERT_THAT(outcome.runs, SizeIs(1));
  EXPECT_THAT(outcome.runs[0], HasSubstr("/uninstall /kb:2705219 /quiet /norestart /log:"));
}

TEST_F(InstallerOutcomeTest, ACrashIsAFailureWithItsCode) {
  Behave("wusa", "crash\n");
  const Outcome outcome = Play();
  EXPECT_EQ(outcome.status.cause(), Status::INSTALLER_FAILED);
  EXPECT_EQ(outcome.status.code(), 0xC0000005u);
  EXPECT_THAT(outcome.status.detail(), HasSubstr("STATUS_ACCESS_VIOLATION"));
}

TEST_F(InstallerOutcomeTest, WhatHangsIsEndedWithAllThatItStarted) {
  Behave("wusa",
         absl::StrCat("start ", StandIn(absl::StrCat("run ", StandIn("hang"))), "\nhang\n"));
  *manifest_.mutable_run_limit() = ToProto(absl::Seconds(3));
  GiveOrder();
  std::vector<host::KernelHandle> family;
  for (const std::string& run : AwaitRuns(3)) {
    uint32_t pid = 0;
    ASSERT_TRUE(absl::SimpleAtoi(run.substr(4, run.find(' ') - 4), &pid)) << run;
    family.emplace_back(OpenProcess(SYNCHRONIZE, FALSE, pid));
    ASSERT_TRUE(family.back().valid());
  }
  const v1::OrderReport scanned = Await(Status::VERIFYING, /*scanned=*/true);
  EXPECT_EQ(scanned.status().cause(), Status::INSTALLER_TIMED_OUT);
  EXPECT_FALSE(scanned.status().has_code());
  for (const host::KernelHandle& process : family) {
    EXPECT_EQ(WaitForSingleObject(process.get(), 0), WAIT_OBJECT_0);
  }
  Conclude(scanned);
}

// Scans go on while an installer works: none of them is the one that the order waits for.
TEST_F(InstallerOutcomeTest, ASlowInstallerIsWaitedForThoughScansEndMeanwhile) {
  Behave("wusa", absl::StrCat("await ", Path("go"), "\nexit 0\n"));
  GiveOrder();
  AwaitRuns(1);
  for (int i = 0; i < 3; ++i) OnLoop([this] { desk_->OnScanned(); });
  EXPECT_EQ(Await(Status::RUNNING).status().state(), Status::RUNNING);
  EXPECT_EQ(scans_, 0);
  std::ofstream(folder_ / "go") << "x";
  const v1::OrderReport scanned = Await(Status::VERIFYING, /*scanned=*/true);
  EXPECT_EQ(scans_, 1);
  EXPECT_EQ(scanned_after_, Status::VERIFYING);  // and not RUNNING: that scan was another
  EXPECT_EQ(scanned.status().code(), 0u);
  Conclude(scanned);
  EXPECT_THAT(Runs(), SizeIs(1));
}

TEST_F(InstallerOutcomeTest, ARestartThatIsCalledOffIsAskedForAgain) {
  StartAgent(/*restart_grace=*/absl::Milliseconds(100));
  manifest_.mutable_restart()->set_deferrals(1);
  *manifest_.mutable_restart()->mutable_deferral() = ToProto(absl::Milliseconds(50));
  Behave("wusa", "exit 3010\n");
  GiveOrder();
  Await(Status::REBOOT_PENDING);
  // Nobody restarts: once granted, three more times, and then no more.
  const v1::OrderReport scanned = Await(Status::VERIFYING, /*scanned=*/true);
  EXPECT_EQ(scanned.status().cause(), Status::RESTART_DID_NOT_HAPPEN);
  EXPECT_EQ(machine_->restarts_wanted, 5);
  Conclude(scanned);
  EXPECT_THAT(Runs(), SizeIs(1));
}

TEST_F(InstallerOutcomeTest, AnInstallerThatIsNotThereIsAFailure) {
  fs::remove(folder_ / "wusa.exe");
  GiveOrder();
  const v1::OrderReport report = Await(Status::FAILED);
  EXPECT_EQ(report.status().cause(), Status::INSTALLER_FAILED);
  EXPECT_THAT(report.status().detail(), HasSubstr("could not be started"));
  EXPECT_THAT(Runs(), SizeIs(0));
}

}  // namespace
}  // namespace muster::agent
