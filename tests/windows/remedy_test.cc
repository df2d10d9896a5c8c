// Orders on a running Windows, from the campaign to the scan that decides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "tests/windows/remedy_fixture.h"

namespace muster::integration {
namespace {

using ::testing::HasSubstr;

TEST_F(RemedyTest, TheServiceInstallsWhatWasSignedAndIsSeenFixed) {
  Behave(Installs() + "exit 0\n");
  const std::string name = Launch();
  const Ran watched = Watch(name);
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::FIXED);
  EXPECT_EQ(Runs(), 1);
  const std::string runs = *ReadSmallFile(DriveC() / "stand_in/runs.log");
  EXPECT_THAT(runs, HasSubstr("Windows6.1-KB2749655-x64.msu /quiet /norestart /log:"));
  const Ran report = Ctl("campaigns report " + name + " --output csv");
  EXPECT_THAT(report.out, HasSubstr(",PC1,"));
  EXPECT_THAT(report.out, HasSubstr("SUCCEEDED"));
}

TEST_F(RemedyTest, AnExitCodeIsToldInWordsAndNothingIsCalledFixed) {
  Behave("exit 2147943458\n");
  const std::string name = Launch();
  const Ran watched = Watch(name);
  EXPECT_THAT(watched.out, HasSubstr("ERROR_SERVICE_DISABLED"));
  EXPECT_THAT(watched.out, HasSubstr("0/1"));
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::AFFECTED);
  // Success by exit code, and nothing was done: a fresh scan tells.
  Behave("exit 0\n");
  EXPECT_EQ(Ctl("campaigns retry " + name).exit_code, 0);
  EXPECT_EQ(Ctl("campaigns resume " + name).exit_code, 0);
  const Ran again = Watch(name);
  EXPECT_THAT(again.out, HasSubstr("STILL_AFFECTED"));
  EXPECT_EQ(Runs(), 2);
}

TEST_F(RemedyTest, AnInstallerOutlivesAnAgentThatIsKilledAndRunsOnce) {
  Behave(absl::StrCat("await C:\\stand_in\\go\n", Installs(), "exit 0\n"));
  const std::string name = Launch();
  Await("the installer is started", [this] { return Runs() == 1; });
  Wine("taskkill /f /im muster-agent.exe");
  ASSERT_EQ(Agent("service start").exit_code, 0);
  std::ofstream(DriveC() / "stand_in/go") << "now";
  const Ran watched = Watch(name);
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_EQ(Runs(), 1);
}

TEST_F(RemedyTest, AnInstallerThatHangsIsEndedWithWhatItStartedAndToldSo) {
  std::ofstream(folder_ / "limit.json") << R"({"runLimit": "3s", "rule": "expired-catalog"})";
  Behave(absl::StrCat("start ", StandIn("hang"), "\nhang\n"));
  const std::string name = Launch("--spec " + (folder_ / "limit.json").string());
  const Ran watched = Watch(name);
  EXPECT_THAT(watched.out, HasSubstr("0/1"));
  const Ran report = Ctl("campaigns report " + name + " --output csv");
  EXPECT_THAT(report.out, HasSubstr("INSTALLER_TIMED_OUT"));
  EXPECT_EQ(Runs(), 2);
  EXPECT_NE(Wine("taskkill /f /im wusa.exe").exit_code, 0);  // there is none
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::AFFECTED);
}

TEST_F(RemedyTest, AnInstallerThatCrashesIsToldInWords) {
  Behave("crash\n");
  const std::string name = Launch();
  EXPECT_THAT(Watch(name).out, HasSubstr("STATUS_ACCESS_VIOLATION"));
  const Ran report = Ctl("campaigns report " + name + " --output csv");
  EXPECT_THAT(report.out, HasSubstr("INSTALLER_FAILED"));
  EXPECT_EQ(Runs(), 1);
}

// The service ends with Windows, comes back with it, and goes on: it looks, and starts nothing.
TEST_F(RemedyTest, AnUpdateThatNeedsARestartIsVerifiedAfterIt) {
  Behave(Installs() + "exit 3010\n");
  const std::string name = Launch();
  Await("the agent has asked for the restart", [&] {
    return absl::StrContains(Ctl("campaigns report " + name + " --output csv").out,
                             "REBOOT_PENDING");
  });
  EXPECT_NE(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::FIXED);
  const auto log = FollowServiceLog(/*from_start=*/false);
  Reboot();
  log->AwaitWord("in sync");
  const Ran watched = Watch(name);
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::FIXED);
  EXPECT_EQ(Runs(), 1);
}

// A scan that begins and ends while the installer is at work is not the one that counts.
TEST_F(RemedyTest, ASlowInstallerIsWaitedForThoughAScanEndsMeanwhile) {
  Behave(absl::StrCat("await C:\\stand_in\\go\n", Installs(), "exit 0\n"));
  const std::string name = Launch();
  Await("the installer is started", [this] { return Runs() == 1; });
  const auto log = FollowServiceLog(/*from_start=*/false);
  server_.reset();
  StartServer();  // the agent greets it anew, and says again what it sees
  log->AwaitWord("in sync");
  const Ran report = Ctl("campaigns report " + name + " --output csv");
  EXPECT_THAT(report.out, HasSubstr("RUNNING"));
  std::ofstream(DriveC() / "stand_in/go") << "now";
  const Ran watched = Watch(name);
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_EQ(Runs(), 1);
}

}  // namespace
}  // namespace muster::integration
