#include "agent/servicing/windows_event/windows_event.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "agent/servicing/windows_event/setup_event.h"

namespace muster::servicing {
namespace {

using ::testing::HasSubstr;

std::string Event(absl::string_view provider, int id, absl::string_view data) {
  return absl::StrCat(
      "<Event xmlns=\"http://schemas.microsoft.com/win/2004/08/events/event\"><System>"
      "<Provider Name=\"",
      provider, "\"/><EventID>", id,
      "</EventID><Level>2</Level><TimeCreated SystemTime=\"2013-07-03T09:37:45.617705600Z\"/>"
      "<EventRecordID>3532</EventRecordID><Channel>Setup</Channel>"
      "<Computer>pc1.contoso.org</Computer><Security UserID=\"S-1-5-18\"/></System>",
      data, "</Event>");
}

// Shaped as the incident's: the German texts of a user's own session.
std::string FailedInstall() {
  return Event("Microsoft-Windows-WUSA", 3,
               "<EventData><Data Name=\"UpdateTitle\">Sicherheitsupdate für Windows "
               "(KB2705219)</Data><Data Name=\"ErrorCode\">2148204801</Data>"
               "<Data Name=\"ErrorString\">Ein erforderliches Zertifikat &amp;c.</Data>"
               "<Data Name=\"CommandLine\">wusa.exe Windows6.1-KB2705219-v2-x64.msu</Data>"
               "</EventData>");
}

std::string ServicingEvent(int id, absl::string_view error) {
  return Event("Microsoft-Windows-Servicing", id,
               absl::StrCat("<UserData><CbsPackageChangeState xmlns=\"x\"><PackageIdentifier>"
                            "KB5032381</PackageIdentifier><IntendedPackageStateTextized>Installed"
                            "</IntendedPackageStateTextized><ErrorCode>",
                            error,
                            "</ErrorCode><Client>WindowsUpdateAgent</Client>"
                            "</CbsPackageChangeState></UserData>"));
}

std::optional<SetupEvent> Read(const std::string& xml) {
  const absl::StatusOr<WindowsEvent> event = ParseWindowsEvent(xml);
  EXPECT_TRUE(event.ok()) << event.status();
  return event.ok() ? ReadSetupEvent(*event) : std::nullopt;
}

TEST(ParseWindowsEvent, ReadsSystemAndData) {
  const absl::StatusOr<WindowsEvent> event = ParseWindowsEvent(FailedInstall());
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->provider, "Microsoft-Windows-WUSA");
  EXPECT_EQ(event->event_id, 3u);
  EXPECT_EQ(event->level, 2u);
  EXPECT_EQ(absl::FormatTime("%Y-%m-%dT%H:%M:%E7S", *event->time, absl::UTCTimeZone()),
            "2013-07-03T09:37:45.6177056");
  EXPECT_EQ(event->record_id, 3532u);
  EXPECT_EQ(event->channel, "Setup");
  EXPECT_EQ(event->computer, "pc1.contoso.org");
  EXPECT_EQ(event->user_sid, "S-1-5-18");
  EXPECT_EQ(event->Field("ErrorString"), "Ein erforderliches Zertifikat &c.");
  EXPECT_EQ(event->Field("NoSuchField"), "");
}

TEST(ParseWindowsEvent, ReadsUserDataByElement) {
  const absl::StatusOr<WindowsEvent> event = ParseWindowsEvent(ServicingEvent(2, "0x0"));
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->data_name, "CbsPackageChangeState");
  EXPECT_EQ(event->Field("PackageIdentifier"), "KB5032381");
}

TEST(ParseWindowsEvent, LeavesUnsetWhatIsMissing) {
  const absl::StatusOr<WindowsEvent> event = ParseWindowsEvent(
      "<Event><System><Provider Name='x'/><EventID Qualifiers='1'>7</EventID>"
      "<TimeCreated SystemTime='yesterday'/></System></Event>");
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->event_id, 7u);
  EXPECT_FALSE(event->time.has_value());
  EXPECT_TRUE(event->data.empty());
}

TEST(ParseWindowsEvent, RefusesWhatIsNoEvent) {
  for (const absl::string_view text :
       {"", "<Event>", "<Other/>", "<Event><System><EventID>1</EventID></System></Event>",
        "<Event><System><Provider Name='x'/></System></Event>",
        "<Event><System><Provider Name='x'/><EventID>many</EventID></System></Event>"}) {
    EXPECT_EQ(ParseWindowsEvent(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_THAT(std::string(ParseWindowsEvent(std::string(70'000, ' ')).status().message()),
              HasSubstr("64 KiB"));
}

TEST(ParseWindowsEvent, KeepsABoundedNumberOfFields) {
  std::string data = "<EventData>";
  for (int i = 0; i < 500; ++i) data += "<Data>x</Data>";
  const absl::StatusOr<WindowsEvent> event =
      ParseWindowsEvent(Event("x", 1, data + "</EventData>"));
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->data.size(), 128u);
}

TEST(ParseWindowsEvent, SurvivesNestingWithoutEnd) {
  std::string deep;
  for (int i = 0; i < 15'000; ++i) deep += "<a>";
  EXPECT_FALSE(ParseWindowsEvent(deep).ok());
}

TEST(ReadSetupEvent, FailedInstallOfTheIncident) {
  const std::optional<SetupEvent> event = Read(FailedInstall());
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->kind, SetupEventKind::kInstallFailed);
  EXPECT_EQ(event->kb, "KB2705219");
  EXPECT_EQ(event->hresult, 0x800B0101u);
}

TEST(ReadSetupEvent, KbComesFromTheCommandLineWhereTheTitleIsEmpty) {
  const std::optional<SetupEvent> event = Read(
      Event("Microsoft-Windows-WUSA", 3,
            "<EventData><Data Name='UpdateTitle'></Data><Data Name='ErrorCode'>2147942402</Data>"
            "<Data Name='CommandLine'>C:\\Windows\\system32\\wusa.exe C:\\Windows\\Temp\\"
            "Windows6.1-KB3033929-x64.msu  /quiet /norestart</Data></EventData>"));
  ASSERT_TRUE(event.has_value());
  EXPECT_EQ(event->kb, "KB3033929");
  EXPECT_EQ(event->hresult, 0x80070002u);
}

TEST(ReadSetupEvent, ServicingStackChangesPackages) {
  const std::optional<SetupEvent> changed = Read(ServicingEvent(2, "0x0"));
  ASSERT_TRUE(changed.has_value());
  EXPECT_EQ(changed->kind, SetupEventKind::kChanged);
  EXPECT_EQ(changed->kb, "KB5032381");
  EXPECT_EQ(changed->state, "Installed");
  EXPECT_EQ(changed->client, "WindowsUpdateAgent");
  EXPECT_EQ(changed->hresult, 0u);
  const std::optional<SetupEvent> failed = Read(ServicingEvent(3, "0x800b0101"));
  ASSERT_TRUE(failed.has_value());
  EXPECT_EQ(failed->kind, SetupEventKind::kChangeFailed);
  EXPECT_EQ(failed->hresult, 0x800B0101u);
}

TEST(ReadSetupEvent, PassesOverOtherEvents) {
  EXPECT_FALSE(Read(Event("Microsoft-Windows-WUSA", 1, "")).has_value());
  EXPECT_FALSE(Read(Event("Microsoft-Windows-Servicing", 9, "")).has_value());
  EXPECT_FALSE(Read(Event("Service Control Manager", 2, "")).has_value());
}

TEST(ReadSetupEvent, NumbersThatAreNoCodeAreNone) {
  for (const char* const code : {"-1e9", "99999999999", "0x1FFFFFFFF", "x"}) {
    EXPECT_EQ(Read(ServicingEvent(3, code))->hresult, 0u) << code;
  }
  EXPECT_EQ(Read(ServicingEvent(3, "-2146762495"))->hresult, 0x800B0101u);
}

// A published event of a Windows 7 machine, cut behind its channel.
TEST(RealEvents, UninstallThatFailedForAnExpiredCertificate) {
  const char* const source = std::getenv("MUSTER_SOURCE_DIR");
  std::ifstream file(std::string(source == nullptr ? "." : source) +
                     "/../shared/data/events/wusa_event8_wmf5_expired_win7.excerpt.xml");
  if (!file) GTEST_SKIP() << "the samples of real events are not here";
  std::ostringstream xml;
  xml << file.rdbuf() << "</System><EventData/></Event>";
  const std::string text = xml.str();
  const absl::StatusOr<WindowsEvent> event = ParseWindowsEvent(text);
  ASSERT_TRUE(event.ok()) << event.status();
  EXPECT_EQ(event->provider_guid, "{09608C12-C1DA-4104-A6FE-B959CF57560A}");
  EXPECT_EQ(event->record_id, 3532u);
  EXPECT_EQ(absl::FormatTime("%Y-%m-%d %H:%M", *event->time, absl::UTCTimeZone()),
            "2017-04-06 20:38");
  EXPECT_EQ(ReadSetupEvent(*event)->kind, SetupEventKind::kUninstallFailed);
}

}  // namespace
}  // namespace muster::servicing
