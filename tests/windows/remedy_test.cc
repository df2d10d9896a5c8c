// Orders on a running Windows: the service under Wine, a stand-in for wusa.exe, the real server and
// musterctl.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "tests/windows/wine_fixture.h"

namespace muster::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class RemedyTest : public WineTest {
 protected:
  void SetUp() override {
    WineTest::SetUp();
    ImportPackages();
    const fs::path programs = fs::path(AgentProgram()).parent_path();
    fs::copy_file(programs / "stand_in/wusa.exe", DriveC() / "windows/system32/wusa.exe",
                  fs::copy_options::overwrite_existing);
    fs::remove_all(DriveC() / "stand_in");
    fs::create_directories(DriveC() / "stand_in");
    EXPECT_EQ(Ctl("keys new --out " + Key() + " --name Ada").exit_code, 0);
    EXPECT_EQ(Run("muster-testmsu --out " + folder_.string()).exit_code, 0);
    const Ran uploaded =
        Ctl("payloads upload " + (folder_ / "Windows6.1-KB2749655-x64.msu").string());
    EXPECT_EQ(uploaded.exit_code, 0) << uploaded.err;
    Invite();
    ASSERT_EQ(Agent("service install").exit_code, 0);
    ASSERT_EQ(Agent("service start").exit_code, 0);
    FollowServiceLog(/*from_start=*/true)->AwaitWord("in sync");
    ASSERT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::AFFECTED);
  }

  std::string Key() { return (folder_ / "operator.key").string(); }
  Ran Ctl(const std::string& line) {
    return Run(absl::StrCat("MUSTER_SERVER=127.0.0.1:", server_->operator_port(),
                            " MUSTER_CA=", server_->authority_file(),
                            " MUSTER_TOKEN_FILE=", server_->admin_token_file(),
                            " MUSTER_KEY_PASSPHRASE='correct horse' musterctl ", line));
  }
  // What the stand-in does when it is started.
  void Behave(const std::string& lines) {
    std::ofstream(DriveC() / "stand_in/wusa.txt") << lines;
  }
  // As KB2749655 leaves the machine: its package is installed.
  std::string Installs() {
    const fs::path file = folder_ / "installed.reg";
    std::ofstream(file)
        << "Windows Registry Editor Version 5.00\r\n\r\n"
           "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\"
           "Component Based Servicing\\Packages\\Package_for_KB2749655~"
           "31bf3856ad364e35~amd64~~6.1.1.0]\r\n\"CurrentState\"=dword:00000070\r\n";
    return "run reg import " + WindowsPath(file) + "\n";
  }
  // A campaign for the machine, started. Its name.
  std::string Launch() {
    const Ran created =
        Ctl("campaigns create --title t --install KB2749655 --filter 'name = \"PC1\"' "
            "--wave rest --deadline 60s --notice 1s --min-sample 1");
    EXPECT_EQ(created.exit_code, 0) << created.err;
    const std::string name(absl::StripAsciiWhitespace(created.out));
    for (const std::string& step :
         {std::string("submit ") + name, "approve " + name + " --key " + Key(), "start " + name}) {
      const Ran ran = Ctl("campaigns " + step);
      EXPECT_EQ(ran.exit_code, 0) << step << ": " << ran.err;
    }
    return name;
  }
  int Runs() {
    std::ifstream in(DriveC() / "stand_in/runs.log");
    int lines = 0;
    for (std::string line; std::getline(in, line);) ++lines;
    return lines;
  }
};

TEST_F(RemedyTest, TheServiceInstallsWhatWasSignedAndIsSeenFixed) {
  Behave(Installs() + "exit 0\n");
  const std::string name = Launch();
  const Ran watched = Ctl("campaigns watch " + name + " --until-paused");
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::FIXED);
  EXPECT_EQ(Runs(), 1);
  const std::string runs = *ReadSmallFile(DriveC() / "stand_in/runs.log");
  EXPECT_THAT(runs, HasSubstr("Windows6.1-KB2749655-x64.msu /quiet /norestart /log:"));
  const Ran report = Ctl("campaigns report " + name + " --format csv");
  EXPECT_THAT(report.out, HasSubstr(",PC1,"));
  EXPECT_THAT(report.out, HasSubstr("SUCCEEDED"));
}

TEST_F(RemedyTest, AnExitCodeIsToldInWordsAndNothingIsCalledFixed) {
  Behave("exit 2147943458\n");
  const std::string name = Launch();
  const Ran watched = Ctl("campaigns watch " + name + " --until-paused");
  EXPECT_THAT(watched.out, HasSubstr("ERROR_SERVICE_DISABLED"));
  EXPECT_THAT(watched.out, HasSubstr("0/1"));
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::AFFECTED);
  // Success by exit code, and nothing was done: a fresh scan tells.
  Behave("exit 0\n");
  EXPECT_EQ(Ctl("campaigns retry " + name).exit_code, 0);
  EXPECT_EQ(Ctl("campaigns resume " + name).exit_code, 0);
  const Ran again = Ctl("campaigns watch " + name + " --until-paused");
  EXPECT_THAT(again.out, HasSubstr("STILL_AFFECTED"));
  EXPECT_EQ(Runs(), 2);
}

TEST_F(RemedyTest, AnInstallerOutlivesAnAgentThatIsKilledAndRunsOnce) {
  Behave(absl::StrCat("await C:\\stand_in\\go\n", Installs(), "exit 0\n"));
  const std::string name = Launch();
  for (int i = 0; i < 300 && Runs() == 0; ++i) std::system("sleep 0.1");
  ASSERT_EQ(Runs(), 1);
  Wine("taskkill /f /im muster-agent.exe");
  ASSERT_EQ(Agent("service start").exit_code, 0);
  std::ofstream(DriveC() / "stand_in/go") << "now";
  const Ran watched = Ctl("campaigns watch " + name + " --until-paused");
  EXPECT_EQ(watched.exit_code, 0) << watched.out << watched.err;
  EXPECT_EQ(Runs(), 1);
}

}  // namespace
}  // namespace muster::integration
