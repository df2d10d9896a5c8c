// The real muster-agent against a real server: enrol, report, and report again after whatever
// happened.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/files.h"
#include "common/proto_time.h"
#include "tests/integration/agent_fixture.h"

namespace muster::integration {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kFailure[] =
    "2013-07-09 09:04:27, Error                 CBS    Failed to verify if catalog file "
    "\\\\?\\C:\\WINDOWS\\Servicing\\Packages\\Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1."
    "1.1.cat "
    "is valid. [HRESULT = 0x800b0101 - CERT_E_EXPIRED]\r\n";

TEST_F(AgentTest, ReportsAVolumeOnceHoweverOftenItRuns) {
  Enroll();
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

TEST_F(AgentTest, OneRecordAtTheEndOfTheLogIsReportedOnce) {
  Enroll();
  ReportOnce();
  const uint64_t records = Records(Get("PC1"));
  for (uint64_t appended = 1; appended <= 2; ++appended) {
    AppendToLog(kFailure);
    ReportOnce();
    EXPECT_EQ(Records(Get("PC1")), records + appended);
  }
}

TEST_F(AgentTest, CountsNothingTwiceAfterItForgotWhatWasAcknowledged) {
  Enroll();
  ReportOnce();
  const uint64_t records = Records(Get("PC1"));
  EXPECT_GT(std::filesystem::remove_all(state_ + "/acknowledged"), 0u);
  AppendToLog(kFailure);
  ReportOnce();
  EXPECT_EQ(Records(Get("PC1")), records + 1);
}

TEST_F(AgentTest, AChangedVolumeLeavesItsHistory) {
  Enroll();
  ReportOnce();
  const v1::Machine before = Get("PC1");
  const absl::Time between = absl::Now();
  WriteImage({.variant = testdata::ImageVariant::kFixed, .updates = 3});
  ReportOnce();
  const v1::Machine after = Get("PC1");
  EXPECT_EQ(VerdictOf(after, "expired-catalog").state(), v1::Verdict::FIXED);
  EXPECT_EQ(List("update = KB2749655").total_size(), 1);

  v1::GetMachineRequest request;
  request.set_name("machines/PC1");
  *request.mutable_as_of() = ToProto(between);
  v1::Machine past;
  ASSERT_TRUE(Operators()->GetMachine(AdminContext().get(), request, &past).ok());
  EXPECT_EQ(VerdictOf(past, "expired-catalog").state(), v1::Verdict::AFFECTED);
  ASSERT_EQ(past.sets_size(), before.sets_size());
  ASSERT_EQ(past.sets_size(), after.sets_size());
  for (int i = 0; i < past.sets_size(); ++i) {
    EXPECT_EQ(past.sets(i).digest(), before.sets(i).digest());
    EXPECT_EQ(past.sets(i).item_count(), before.sets(i).item_count());
    if (past.sets(i).kind() != v1::PACKAGES) continue;
    EXPECT_GT(after.sets(i).item_count(), before.sets(i).item_count());
  }
}

TEST_F(AgentTest, CheckSurFindingsTravelOnce) {
  const std::string log = absl::StrCat(std::getenv("MUSTER_SOURCE_DIR"),
                                       "/../shared/data/checksur/incident_KB2705219_expired.log");
  auto incident = ReadSmallFile(log);
  if (absl::IsNotFound(incident.status())) GTEST_SKIP() << "no file " << log;
  ASSERT_TRUE(incident.ok()) << incident.status();
  ASSERT_TRUE(ReplaceFileContent(image_ + "/Windows/Logs/CBS/CheckSUR.persist.log", *incident,
                                 FileMode::kShared)
                  .ok());
  Enroll();
  ReportOnce();
  ReportOnce();
  uint64_t of_packages = 0, of_components = 0;
  const v1::Machine machine = Get("PC1");
  for (const v1::Incident& incident : machine.incidents()) {
    if (incident.signature().source() != v1::IncidentSignature::CHECKSUR_LOG) continue;
    const std::string& finding = incident.signature().component();
    if (finding == "CBS Catalog Expired") of_packages += incident.count();
    if (finding == "CSI Catalog Expired") of_components += incident.count();
    // 10:10 on a clock two hours ahead of UTC, as CBS.log tells.
    EXPECT_EQ(FromProto(incident.first()), absl::FromUnixSeconds(1'372'666'200));
  }
  EXPECT_EQ(of_packages, 2u);
  EXPECT_EQ(of_components, 2u);
}

TEST_F(AgentTest, EnrollingAgainKeepsTheMachine) {
  Enroll();
  const std::string machine = Get("PC1").name();
  Enroll();
  EXPECT_EQ(List("").total_size(), 1);
  EXPECT_EQ(Get("PC1").name(), machine);
}

TEST_F(AgentTest, SaysWhatToDoWhenItCannotEnrol) {
  const Ran unknown = Run(EnrollLine("muster_enroll_" + std::string(43, 'x')));
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.err, HasSubstr("ask an administrator for a new one"));

  const std::string line = EnrollLine(NewEnrollmentToken(1));
  const std::string other_authority = (folder_ / "other.pem").string();
  ASSERT_TRUE(ReplaceFileContent(
                  other_authority,
                  pki::Authority::Create("Other", absl::Now(), absl::Hours(1)).certificate_pem(),
                  FileMode::kShared)
                  .ok());
  const Ran stranger =
      Run(absl::StrReplaceAll(line, {{server_->authority_file(), other_authority}}));
  EXPECT_EQ(stranger.exit_code, 1);
  EXPECT_THAT(stranger.err, AllOf(HasSubstr(other_authority), HasSubstr("does not vouch for")));

  StopServer();
  const Ran away = Run(line);
  EXPECT_EQ(away.exit_code, 1);
  EXPECT_THAT(away.err, HasSubstr("check the address"));

  StartServer();  // none of that has used the token up
  EXPECT_EQ(Run(line).exit_code, 0);
}

TEST_F(AgentTest, SaysWhatToDoWhenItCannotRun) {
  const Ran not_enrolled = Run(ReportLine());
  EXPECT_EQ(not_enrolled.exit_code, 1);
  EXPECT_THAT(not_enrolled.err, HasSubstr("muster-agent enroll"));
  Enroll();
  const std::string settings = *ReadSmallFile(state_ + "/agent.conf");
  ASSERT_TRUE(ReplaceFileContent(state_ + "/agent.conf", "", FileMode::kShared).ok());
  const Ran nowhere = Run(ReportLine());
  EXPECT_EQ(nowhere.exit_code, 1);
  EXPECT_THAT(nowhere.err, HasSubstr("agent.conf names no server"));
  ASSERT_TRUE(ReplaceFileContent(state_ + "/agent.conf", settings, FileMode::kShared).ok());
  image_ += "/Windows/Logs";
  const Ran no_volume = Run(ReportLine());
  EXPECT_EQ(no_volume.exit_code, 1);
  EXPECT_THAT(no_volume.err, HasSubstr(image_));
}

TEST_F(AgentTest, WaitsForAServerThatIsAway) {
  Enroll();
  StopServer();
  Process agent(RunWords());
  agent.AwaitWord("no connection");
  StartServer();
  agent.AwaitWord("in sync");
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::AFFECTED);
}

TEST_F(AgentTest, KilledAtAnyInstantItLosesAndDoublesNothing) {
  // What a machine that is never killed says of the volume, and how long it takes.
  const std::string state = state_;
  state_ = (folder_ / "other").string();
  Enroll("PC2");
  const absl::Time begin = absl::Now();
  ReportOnce();
  const absl::Duration whole = absl::Now() - begin;
  const uint64_t records = Records(Get("PC2"));

  state_ = state;
  Enroll("PC1");
  constexpr int kKills = 8;
  for (int i = 1; i <= kKills; ++i) {
    Run(absl::StrCat("timeout -s KILL ", absl::ToDoubleSeconds(whole * i / kKills), " ",
                     ReportLine()));
    AppendToLog(kFailure);
  }
  ReportOnce();
  EXPECT_EQ(Records(Get("PC1")), records + kKills);
  EXPECT_EQ(VerdictOf(Get("PC1"), "expired-catalog").state(), v1::Verdict::AFFECTED);
}

}  // namespace
}  // namespace muster::integration
