// The installer as administrators deploy it: installed silently, upgraded, removed. Under Wine,
// against a real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/windows/wine_fixture.h"

namespace muster::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

class MsiTest : public WineTest {
 protected:
  // The installer of this version.
  fs::path Package(const std::string& version) {
    const fs::path path = folder_ / (version + ".msi");
    const Ran ran =
        Run(absl::StrCat(std::getenv("MUSTER_SOURCE_DIR"), "/deploy/windows/package --version ",
                         version, " --out ", path.string()));
    EXPECT_EQ(ran.exit_code, 0) << ran.err;
    return path;
  }
  Ran Msiexec(const std::string& what, const fs::path& package,
              const std::string& properties = "") {
    return Wine(absl::StrCat("msiexec ", what, " '", WindowsPath(package), "' /qn ", properties));
  }
  std::string Properties(const std::string& token) {
    return absl::StrCat("SERVER=", AgentTarget(), " TOKEN=", token, " CA='",
                        WindowsPath(server_->authority_file()), "'");
  }
  fs::path Program() { return DriveC() / "Program Files/Muster/muster-agent.exe"; }
};

TEST_F(MsiTest, InstallsUpgradesAndLeavesNothing) {
  const fs::path first = Package("0.1.0"), second = Package("0.2.0");
  const Ran installed = Msiexec("/i", first, Properties(NewEnrollmentToken(5)));
  ASSERT_EQ(installed.exit_code, 0) << installed.err;
  EXPECT_TRUE(fs::exists(Program()));
  FollowServiceLog(/*from_start=*/true)->AwaitWord("in sync");
  ASSERT_EQ(List("").total_size(), 1);
  const Ran status = Agent("service status");
  EXPECT_EQ(status.exit_code, 0) << status.out;
  EXPECT_THAT(status.out, HasSubstr("Program Files\\Muster\\muster-agent.exe"));

  // As Windows removes the product that another upgrades; Wine leaves that property out.
  const Ran replaced =
      Msiexec("/x", first, "UPGRADINGPRODUCTCODE={33AB69F4-B229-46ED-909C-DA5945A19E57}");
  ASSERT_EQ(replaced.exit_code, 0) << replaced.err;
  EXPECT_FALSE(fs::exists(Program()));
  EXPECT_TRUE(fs::exists(State() / "key.dpapi"));
  const auto log = FollowServiceLog(/*from_start=*/false);
  const Ran upgraded = Msiexec("/i", second);
  EXPECT_EQ(upgraded.exit_code, 0) << upgraded.err;
  log->AwaitWord("in sync");
  EXPECT_EQ(List("").total_size(), 1);  // it is the machine that it was

  const Ran removed = Msiexec("/x", second);
  EXPECT_EQ(removed.exit_code, 0) << removed.err;
  EXPECT_FALSE(fs::exists(Program()));
  EXPECT_FALSE(fs::exists(State()));
  EXPECT_EQ(Agent("service status").exit_code, 4);
}

// Where each action stands in the installation.
std::map<std::string, int> Sequence(const std::string& table) {
  std::map<std::string, int> sequence;
  for (const absl::string_view line : absl::StrSplit(table, absl::ByAnyChar("\r\n"))) {
    const std::vector<std::string> fields = absl::StrSplit(line, '\t');
    int number = 0;
    if (fields.size() == 3 && absl::SimpleAtoi(fields[2], &number)) sequence[fields[0]] = number;
  }
  return sequence;
}

// Rules of Windows' that Wine does not hold an installer to.
TEST_F(MsiTest, ItsTablesAreAsWindowsWantsThem) {
  const std::string package = Package("0.1.0").string();
  const auto sequence = Sequence(Run("msiinfo export " + package + " InstallExecuteSequence").out);
  for (const char* deferred :
       {"StopAgent", "Purge", "ConfigureService", "EnrollLater", "StartAgent"}) {
    EXPECT_GT(sequence.at(deferred), sequence.at("InstallInitialize")) << deferred;
    EXPECT_LT(sequence.at(deferred), sequence.at("InstallFinalize")) << deferred;
  }
  // Within the transaction: an upgrade that fails brings the old one back.
  EXPECT_GT(sequence.at("RemoveExistingProducts"), sequence.at("InstallInitialize"));
  EXPECT_LT(sequence.at("StopAgent"), sequence.at("RemoveFiles"));
  EXPECT_LT(sequence.at("Purge"), sequence.at("RemoveFiles"));
  // A program with a version is replaced by its version; a hash is for files without.
  EXPECT_THAT(Run("msiinfo export " + package + " File").out, HasSubstr("\t0.1.0.0\t"));
  EXPECT_THAT(Run("msiinfo export " + package + " MsiFileHash").out, Not(HasSubstr("AgentExe")));
}

TEST_F(MsiTest, AServerWithoutATokenIsRefused) {
  EXPECT_NE(Msiexec("/i", Package("0.1.0"), "SERVER=example.com:8443").exit_code, 0);
  EXPECT_FALSE(fs::exists(Program()));
}

// Wine writes properties to its log whatever the tables say; Windows goes by them.
TEST_F(MsiTest, ItsTablesKeepTheTokenOutOfLogs) {
  const std::string package = Package("0.1.0").string();
  const Ran properties = Run("msiinfo export " + package + " Property");
  EXPECT_THAT(properties.out, HasSubstr("MsiHiddenProperties\tTOKEN;EnrollLater"));
  EXPECT_THAT(properties.out, HasSubstr(";SERVER;TOKEN;CA"));  // SecureCustomProperties
  const Ran actions = Run("msiinfo export " + package + " CustomAction");
  EXPECT_THAT(actions.out, HasSubstr("EnrollLater\t11282\t"));  // with HideTarget, 0x2000
}

}  // namespace
}  // namespace muster::integration
