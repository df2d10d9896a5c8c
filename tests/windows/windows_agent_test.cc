// The Windows agent as its users have it: a live system, a service, a bundle. Under Wine, against a
// real server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/files.h"
#include "tests/windows/wine_fixture.h"

namespace muster::integration {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

std::map<std::string, std::string> FactsOf(const v1::ScanReport& report) {
  std::map<std::string, std::string> facts;
  for (const v1::Fact& fact : report.facts()) facts[fact.name()] = fact.value();
  return facts;
}

// What a report says of the installation, without when and where it was made.
std::string Findings(v1::ScanReport report) {
  report.clear_image();
  report.clear_as_of();
  report.clear_scanned_at();
  return report.DebugString();
}

TEST_F(WineTest, ALiveSystemIsScannedWithItsThreeWitnesses) {
  ImportPackages();
  const Ran ran = Agent("scan --format json");
  EXPECT_EQ(ran.exit_code, 1) << ran.err;
  const v1::ScanReport report = ScanReport(ran);
  const auto facts = FactsOf(report);
  EXPECT_EQ(facts.at("os.version"), "6.1.7601");
  EXPECT_EQ(facts.at("qfe.outcome"), "OK");
  EXPECT_EQ(facts.at("wmi.outcome"), "OK");
  EXPECT_EQ(facts.at("qfe.rows"), "1");  // Wine's own
  EXPECT_GE(std::stoi(facts.at("witnesses.installed_packages")), 2);
  EXPECT_EQ(std::stoul(facts.at("trust.asked")), static_cast<size_t>(report.catalogs_size()));
  std::map<std::string, v1::Package::State> states;
  for (const v1::Package& package : report.packages()) {
    states[package.identity().substr(0, package.identity().find('~'))] = package.state();
  }
  EXPECT_EQ(states.at("Package_for_KB2731847"), v1::Package::SUPERSEDED);
  bool affected = false;
  for (const v1::Verdict& verdict : report.verdicts()) {
    affected |= verdict.rule() == "expired-catalog" && verdict.state() == v1::Verdict::AFFECTED;
  }
  EXPECT_TRUE(affected);
}

TEST_F(WineTest, ABundleSaysTheSameOnWindowsAndHere) {
  ImportPackages();
  const fs::path bundle = folder_ / "case.zip";
  const Ran captured = Agent("capture --out '" + WindowsPath(bundle) + "'");
  ASSERT_EQ(captured.exit_code, 0) << captured.err;
  const std::string live = Findings(ScanReport(Agent("scan --format json --as-of 2026-01-01")));
  const std::string there = Findings(ScanReport(
      Agent("scan --format json --as-of 2026-01-01 --bundle '" + WindowsPath(bundle) + "'")));
  const std::string here = Findings(ScanReport(
      Run("muster-agent scan --format json --as-of 2026-01-01 --bundle " + bundle.string())));
  EXPECT_EQ(there, live);
  EXPECT_EQ(here, live);
}

TEST_F(WineTest, TheServiceEnrolsReportsAndFollowsTheLog) {
  ImportPackages();
  EXPECT_EQ(Agent("service status").exit_code, 4);
  Invite();
  const Ran installed = Agent("service install");
  ASSERT_EQ(installed.exit_code, 0) << installed.err;
  EXPECT_THAT(Agent("service status").out, HasSubstr("never started"));
  EXPECT_EQ(Agent("service status --format json").exit_code, 3);
  EXPECT_EQ(Agent("service install").exit_code, 0);  // once more: brings it up to date
  const Ran started = Agent("service start");
  ASSERT_EQ(started.exit_code, 0) << started.err;
  FollowServiceLog(/*from_start=*/true)->AwaitWord("in sync");
  EXPECT_EQ(Agent("service status").exit_code, 0);

  const v1::Machine machine = Get("PC1");
  EXPECT_EQ(machine.attributes().os_version(), "6.1.7601");
  EXPECT_EQ(VerdictOf(machine, "expired-catalog").state(), v1::Verdict::AFFECTED);
  EXPECT_EQ(List("update = KB1234567").total_size(), 1);  // the update list itself is asked
  const uint64_t records = Records(machine);

  const auto log = FollowServiceLog(/*from_start=*/false);
  std::ofstream(DriveC() / "windows/Logs/CBS/CBS.log", std::ios::app | std::ios::binary)
      << "2013-07-09 09:04:27, Error                 CBS    Failed to do one thing. [HRESULT = "
         "0x80070005 - E_ACCESSDENIED]\r\n"
         "2013-07-09 09:04:28, Info                  CBS    Then all was well.\r\n";
  log->AwaitWord("in sync");  // long before the next look of once a minute
  EXPECT_EQ(Records(Get("PC1")), records + 1);

  EXPECT_EQ(Agent("service stop").exit_code, 0);
  EXPECT_EQ(Agent("service status").exit_code, 3);
}

TEST_F(WineTest, TheServiceSaysWhyItCannotGoOn) {
  ASSERT_EQ(Agent("service install").exit_code, 0);
  Agent("service start");  // may see it run for a moment
  FollowServiceLog(/*from_start=*/true)->AwaitWord("run `muster-agent enroll` first");
  EXPECT_EQ(Agent("service stop").exit_code, 0);  // it is, or waits until it is
  const Ran status = Agent("service status");
  EXPECT_EQ(status.exit_code, 3);
  EXPECT_THAT(status.out, HasSubstr("FAILED_PRECONDITION"));
}

TEST_F(WineTest, ACloneGetsItsOwnIdentity) {
  Invite();
  const std::string once = "run --once";
  const Ran first = Agent(once);
  ASSERT_EQ(first.exit_code, 0) << first.err << first.out;
  // As after SysPrep on another board.
  ASSERT_TRUE(ReplaceFileContent(State() / "machine.fingerprint",
                                 "smbios_uuid = 4c4c4544-0042-3510-8052-000000000000\n"
                                 "machine_sid = S-1-5-21-9-9-9\n",
                                 FileMode::kShared)
                  .ok());
  const Ran second = Agent(once);
  ASSERT_EQ(second.exit_code, 0) << second.err << second.out;
  EXPECT_THAT(second.out, HasSubstr("another machine than the one that enrolled"));
  EXPECT_EQ(List("").total_size(), 2);
}

TEST_F(WineTest, GeneralizeForgetsTheIdentityAndKeepsTheInvitation) {
  Invite();
  ASSERT_EQ(Agent("run --once").exit_code, 0);
  EXPECT_TRUE(fs::exists(State() / "key.dpapi"));
  EXPECT_THAT(*ReadSmallFile(State() / "key.dpapi"), Not(HasSubstr("PRIVATE KEY")));
  const Ran ran = Agent("generalize");
  EXPECT_EQ(ran.exit_code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("enrols by itself"));
  for (const char* gone : {"key.dpapi", "certificate.pem", "machine.fingerprint", "acknowledged"}) {
    EXPECT_FALSE(fs::exists(State() / gone)) << gone;
  }
  EXPECT_EQ(Agent("run --once").exit_code, 0);
  EXPECT_EQ(List("").total_size(), 2);
}

}  // namespace
}  // namespace muster::integration
