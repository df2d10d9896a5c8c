#include "tests/windows/remedy_fixture.h"

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace muster::integration {

namespace fs = std::filesystem;

void RemedyTest::SetUp() {
  WineTest::SetUp();
  ImportPackages();
  const fs::path programs = fs::path(AgentProgram()).parent_path();
  fs::copy_file(programs / "stand_in/wusa.exe", DriveC() / "windows/system32/wusa.exe",
                fs::copy_options::overwrite_existing);
  fs::remove_all(DriveC() / "stand_in");
  fs::create_directories(DriveC() / "stand_in");
  EXPECT_EQ(Ctl("keys new --out " + Key() + " --name Ada").exit_code, 0);
  EXPECT_EQ(Run("muster-testmsu --out " + folder_.string()).exit_code, 0);
  const Ran uploaded = Ctl("payloads upload " + Msu().string());
  EXPECT_EQ(uploaded.exit_code, 0) << uploaded.err;
  Invite();
  ASSERT_EQ(Agent("service install").exit_code, 0);
  ASSERT_EQ(Agent("service start").exit_code, 0);
  FollowServiceLog(/*from_start=*/true)->AwaitWord("in sync");
  ASSERT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::AFFECTED);
}

Ran RemedyTest::Ctl(const std::string& line) {
  return Run(absl::StrCat("MUSTER_SERVER=127.0.0.1:", server_->operator_port(),
                          " MUSTER_CA=", server_->authority_file(),
                          " MUSTER_TOKEN_FILE=", server_->admin_token_file(),
                          " MUSTER_KEY_PASSPHRASE='correct horse' musterctl ", line));
}

void RemedyTest::Behave(const std::string& lines) {
  std::ofstream(DriveC() / "stand_in/wusa.txt") << lines;
}

std::string RemedyTest::Installs() {
  const fs::path file = folder_ / "installed.reg";
  std::ofstream(file) << "Windows Registry Editor Version 5.00\r\n\r\n"
                         "[HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\"
                         "Component Based Servicing\\Packages\\Package_for_KB2749655~"
                         "31bf3856ad364e35~amd64~~6.1.1.0]\r\n\"CurrentState\"=dword:00000070\r\n";
  return "run reg import " + WindowsPath(file) + "\n";
}

std::string RemedyTest::StandIn(const std::string& does) {
  return "C:\\windows\\system32\\wusa.exe stand_in " + does;
}

std::string RemedyTest::Launch(const std::string& flags) {
  const Ran created =
      Ctl("campaigns create --title t --install KB2749655 --filter 'name = \"PC1\"' "
          "--wave rest --deadline 120s --notice 1s --min-sample 1 " +
          flags);
  EXPECT_EQ(created.exit_code, 0) << created.err;
  const std::string name(absl::StripAsciiWhitespace(created.out));
  for (const std::string& step :
       {std::string("submit ") + name, "approve " + name + " --key " + Key(), "start " + name}) {
    const Ran ran = Ctl("campaigns " + step);
    EXPECT_EQ(ran.exit_code, 0) << step << ": " << ran.err;
  }
  return name;
}

Ran RemedyTest::Watch(const std::string& campaign) {
  return Ctl("campaigns watch " + campaign + " --until-paused");
}

int RemedyTest::Runs() {
  std::ifstream in(DriveC() / "stand_in/runs.log");
  int lines = 0;
  for (std::string line; std::getline(in, line);) ++lines;
  return lines;
}

void RemedyTest::Await(const char* what, const std::function<bool()>& holds) {
  const absl::Time deadline = absl::Now() + absl::Minutes(1);
  while (!holds()) {
    ASSERT_LT(absl::Now(), deadline) << "waited in vain: " << what;
    absl::SleepFor(absl::Milliseconds(20));
  }
}

}  // namespace muster::integration
