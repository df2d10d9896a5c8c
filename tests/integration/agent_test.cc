// The real muster-agent against a real server: enrol, report, and report again after whatever
// happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/proto_time.h"
#include "tests/integration/server_fixture.h"
#include "tests/testdata/incident_image.h"

namespace muster::integration {
namespace {

using ::testing::HasSubstr;

struct Ran {
  int exit_code = -1;
  std::string output;  // both streams
};

std::string Quote(const std::string& word) { return absl::StrCat("'", word, "'"); }

Ran RunShell(const std::string& command) {
  Ran ran;
  FILE* pipe = popen((command + " 2>&1 </dev/null").c_str(), "r");
  char buffer[4096];
  while (size_t read = fread(buffer, 1, sizeof(buffer), pipe)) ran.output.append(buffer, read);
  ran.exit_code = WEXITSTATUS(pclose(pipe));
  return ran;
}

class AgentTest : public ServerTest {
 protected:
  static void SetUpTestSuite() {
    ServerTest::SetUpTestSuite();
    authority_ = std::make_unique<testdata::Authority>();
  }
  static void TearDownTestSuite() {
    authority_.reset();
    ServerTest::TearDownTestSuite();
  }
  void SetUp() override {
    ServerTest::SetUp();
    ASSERT_NE(std::getenv("MUSTER_BIN_DIR"), nullptr) << "run this through ctest";
    agent_ = absl::StrCat(std::getenv("MUSTER_BIN_DIR"), "/muster-agent");
    image_ = (folder_ / "image").string();
    state_ = (folder_ / "state").string();
    WriteImage({.variant = testdata::ImageVariant::kAffected, .updates = 3});
  }

  void WriteImage(const testdata::ImageOptions& options) {
    auto written = testdata::WriteIncidentImage(*authority_, image_, options);
    ASSERT_TRUE(written.ok()) << written.status();
  }
  Ran Enroll(const std::string& token) {
    return RunShell(absl::StrCat(Quote(agent_), " enroll --server ", AgentTarget(), " --ca ",
                                 Quote(server_->authority_file()), " --token ", Quote(token),
                                 " --state ", Quote(state_), " --name PC1 --site Berlin"));
  }
  std::string RunCommand() {
    return absl::StrCat(Quote(agent_), " run --state ", Quote(state_), " --image ", Quote(image_));
  }
  void ReportOnce() {
    Ran ran = RunShell("timeout 60 " + RunCommand() + " --once");
    EXPECT_EQ(ran.exit_code, 0) << ran.output;
  }
  uint64_t Records(const v1::Machine& machine) {
    uint64_t records = 0;
    for (const v1::Incident& incident : machine.incidents()) records += incident.count();
    return records;
  }
  v1::Verdict VerdictOf(const v1::Machine& machine, const std::string& rule) {
    for (const v1::Verdict& verdict : machine.verdicts()) {
      if (verdict.rule() == rule) return verdict;
    }
    return {};
  }
  void AppendToLog(const std::string& text) {
    std::ofstream log(image_ + "/Windows/Logs/CBS/CBS.log", std::ios::app | std::ios::binary);
    log << text;
  }

  static std::unique_ptr<testdata::Authority> authority_;
  std::string agent_, image_, state_;
};
std::unique_ptr<testdata::Authority> AgentTest::authority_;

constexpr char kFailure[] =
    "2013-07-09 09:04:27, Error                 CBS    Failed to verify if catalog file "
    "\\\\?\\C:\\WINDOWS\\Servicing\\Packages\\Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1."
    "1.1.cat "
    "is valid. [HRESULT = 0x800b0101 - CERT_E_EXPIRED]\r\n";

TEST_F(AgentTest, ReportsAVolumeOnceHoweverOftenItRuns) {
  Ran enrolled = Enroll(NewEnrollmentToken(1));
  ASSERT_EQ(enrolled.exit_code, 0) << enrolled.output;
  ReportOnce();
  const v1::Machine first = Get("PC1");
  EXPECT_EQ(first.attributes().site(), "Berlin");
  EXPECT_EQ(first.attributes().os_version(), "6.1.7601");
  const v1::Verdict verdict = VerdictOf(first, "expired-catalog");
  EXPECT_EQ(verdict.state(), v1::Verdict::AFFECTED);
  EXPECT_EQ(verdict.evidence_size(), 2);  // catalogs and log, two witnesses
  EXPECT_GT(Records(first), 0u);
  ReportOnce();
  EXPECT_EQ(Records(Get("PC1")), Records(first));
  AppendToLog(std::string(kFailure) + kFailure);
  ReportOnce();
  EXPECT_EQ(Records(Get("PC1")), Records(first) + 2);
}

TEST_F(AgentTest, AChangedVolumeLeavesItsHistory) {
  ASSERT_EQ(Enroll(NewEnrollmentToken(1)).exit_code, 0);
  ReportOnce();
  const v1::Machine before = Get("PC1");
  const absl::Time between = absl::Now();
  WriteImage({.variant = testdata::ImageVariant::kFixed, .updates = 3});
  ReportOnce();
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::FIXED);
  EXPECT_EQ(List("update = KB2749655").total_size(), 1);

  v1::GetMachineRequest request;
  request.set_name("machines/PC1");
  *request.mutable_as_of() = ToProto(between);
  v1::Machine past;
  ASSERT_TRUE(Operators()->GetMachine(AdminContext().get(), request, &past).ok());
  EXPECT_EQ(VerdictOf(past, "expired-catalog").state(), v1::Verdict::AFFECTED);
  ASSERT_EQ(past.sets_size(), before.sets_size());
  for (int i = 0; i < past.sets_size(); ++i) {
    EXPECT_EQ(past.sets(i).digest(), before.sets(i).digest());
  }
}

TEST_F(AgentTest, CheckSurFindingsTravelOnce) {
  ASSERT_TRUE(
      ReplaceFile(
          image_ + "/Windows/Logs/CBS/CheckSUR.persist.log",
          "=================================\r\n"
          "Checking System Update Readiness.\r\nBinary Version 6.1.7601.21645\r\n"
          "2013-07-01 10:10\r\n\r\nChecking Package Manifests and Catalogs\r\n"
          "(w)\tCBS Catalog Expired\t0x800B0101\tservicing\\Packages\\Package_2_for_KB2705219~"
          "31bf3856ad364e35~amd64~~6.1.1.1.cat\t\r\n\r\nSummary:\r\nSeconds executed: 539\r\n"
          "No errors detected\r\n",
          FileMode::kShared)
          .ok());
  ASSERT_EQ(Enroll(NewEnrollmentToken(1)).exit_code, 0);
  ReportOnce();
  ReportOnce();
  const v1::Machine machine = Get("PC1");
  int findings = 0;
  for (const v1::Incident& incident : machine.incidents()) {
    if (incident.signature().source() != v1::IncidentSignature::CHECKSUR_LOG) continue;
    ++findings;
    EXPECT_EQ(incident.signature().component(), "CBS Catalog Expired");
    EXPECT_EQ(incident.count(), 1u);
  }
  EXPECT_EQ(findings, 1);
}

TEST_F(AgentTest, EnrollingAgainKeepsTheMachine) {
  ASSERT_EQ(Enroll(NewEnrollmentToken(1)).exit_code, 0);
  ASSERT_EQ(Enroll(NewEnrollmentToken(1)).exit_code, 0);
  EXPECT_EQ(List("").total_size(), 1);
}

TEST_F(AgentTest, SaysWhatToDoWhenItCannotEnrolOrRun) {
  Ran wrong = Enroll("muster_enroll_" + std::string(43, 'x'));
  EXPECT_EQ(wrong.exit_code, 1);
  EXPECT_THAT(wrong.output, HasSubstr("token"));
  Ran not_enrolled = RunShell(RunCommand());
  EXPECT_EQ(not_enrolled.exit_code, 1);
  EXPECT_THAT(not_enrolled.output, HasSubstr("muster-agent enroll"));
  const std::string token = NewEnrollmentToken(1);
  const std::string authority = server_->authority_file();
  StopServer();
  Ran away = RunShell(absl::StrCat(Quote(agent_), " enroll --server 127.0.0.1:", fixed_agent_port_,
                                   " --ca ", Quote(authority), " --token ", Quote(token),
                                   " --state ", Quote(state_)));
  EXPECT_EQ(away.exit_code, 1);
  EXPECT_THAT(away.output, HasSubstr("Connection refused"));
}

TEST_F(AgentTest, WaitsForAServerThatIsAwayAndEndsOnASignal) {
  ASSERT_EQ(Enroll(NewEnrollmentToken(1)).exit_code, 0);
  StopServer();
  pid_t agent = fork();
  if (agent == 0) {
    execl(agent_.c_str(), "muster-agent", "run", "--state", state_.c_str(), "--image",
          image_.c_str(), nullptr);
    _exit(127);
  }
  StartServer();
  // The first tries come within the machine's share of 30 seconds, plus a few.
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (Get("PC1").sets_size() == 0 && absl::Now() < deadline)
    absl::SleepFor(absl::Milliseconds(100));
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::AFFECTED);
  kill(agent, SIGTERM);
  int status = 0;
  ASSERT_EQ(waitpid(agent, &status, 0), agent);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST_F(AgentTest, KilledAtAnyInstantItLosesAndDoublesNothing) {
  ASSERT_EQ(Enroll(NewEnrollmentToken(1)).exit_code, 0);
  for (const char* after : {"0.02", "0.05", "0.1", "0.2"}) {
    RunShell(absl::StrCat("timeout -s KILL ", after, " ", RunCommand()));
  }
  ReportOnce();
  const uint64_t records = Records(Get("PC1"));
  // What a machine that was never killed says of the same volume.
  state_ = (folder_ / "other").string();
  Ran other = RunShell(absl::StrCat(
      Quote(agent_), " enroll --server ", AgentTarget(), " --ca ", Quote(server_->authority_file()),
      " --token ", NewEnrollmentToken(1), " --state ", Quote(state_), " --name PC2"));
  ASSERT_EQ(other.exit_code, 0) << other.output;
  ReportOnce();
  EXPECT_EQ(records, Records(Get("PC2")));
}

}  // namespace
}  // namespace muster::integration
