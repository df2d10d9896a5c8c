#include "agent/host/fake/recorded_answers.h"

#include "absl/strings/str_cat.h"

namespace muster::host {
namespace {

UpdateRow Row(std::string hot_fix_id, std::string description, std::string installed_on,
              std::string installed_by) {
  UpdateRow row;
  row.caption = absl::StrCat("http://support.microsoft.com/?kbid=", hot_fix_id.substr(2));
  row.hot_fix_id = std::move(hot_fix_id);
  row.description = std::move(description);
  row.installed_on = std::move(installed_on);
  row.installed_by = std::move(installed_by);
  return row;
}

CbsPackageKey Package(std::string identity, uint32_t state, uint32_t visibility,
                      std::vector<std::string> owners) {
  CbsPackageKey key;
  key.identity = std::move(identity);
  key.values = {DwordValue("CurrentState", state),
                DwordValue("InstallTimeHigh", 30307881),
                DwordValue("InstallTimeLow", 965955247),
                TextValue("InstallClient", "WindowsUpdateAgent"),
                TextValue("InstallName", "update.mum"),
                TextValue("InstallUser", "S-1-5-18"),
                DwordValue("SelfUpdate", 0),
                DwordValue("Visibility", visibility)};
  key.owners = std::move(owners);
  return key;
}

std::string IdentityOf(absl::string_view name, absl::string_view version) {
  return absl::StrCat(name, "~31bf3856ad364e35~amd64~~", version);
}

UpdateHistoryRow HistoryRow(std::string title, int32_t operation, int32_t result_code,
                            uint32_t hresult, absl::Time date) {
  UpdateHistoryRow row;
  row.title = std::move(title);
  row.client_application = "AutomaticUpdates";
  row.update_id = "84d9b5d5-62f0-4a17-a3d5-0e3ac3fcf3cb";
  row.operation = operation;
  row.result_code = result_code;
  row.hresult = hresult;
  row.revision = 200;
  row.date = date;
  return row;
}

}  // namespace

RegistryValue DwordValue(std::string name, uint32_t number) {
  RegistryValue value{.name = std::move(name), .type = 4, .bytes = ""};
  for (int shift = 0; shift < 32; shift += 8) {
    value.bytes += static_cast<char>(number >> shift & 0xFF);
  }
  return value;
}

RegistryValue TextValue(std::string name, absl::string_view ascii) {
  RegistryValue value{.name = std::move(name), .type = 1, .bytes = ""};
  for (const char c : ascii) value.bytes += {c, '\0'};
  value.bytes += {'\0', '\0'};
  return value;
}

Answer<std::vector<UpdateRow>> HealthyUpdateRows() {
  Answer<std::vector<UpdateRow>> answer;
  answer.value = {
      Row("KB2849697", "Update", "3/2/2017", ""),
      Row("KB2849697", "Update", "3/2/2017", ""),
      Row("KB2705219", "Security Update", "6/30/2017", "NT AUTHORITY\\SYSTEM"),
      Row("KB2534111", "Hotfix", "", ""),
      Row("KB976932", "Service Pack", "01ce762939748f80", "S-1-5-18"),
      Row("KB2533623", "Update", "20170302", "pc1\\admin"),
  };
  answer.hresult = kWbemSFalse;
  answer.elapsed = absl::Seconds(4);
  return answer;
}

Answer<std::vector<UpdateRow>> BlindedUpdateRows() {
  Answer<std::vector<UpdateRow>> answer;
  answer.hresult = kWbemSFalse;
  answer.elapsed = absl::Seconds(1);
  return answer;
}

Answer<std::vector<UpdateRow>> HalfOfUpdateRows() {
  Answer<std::vector<UpdateRow>> answer = HealthyUpdateRows();
  answer.value.resize(answer.value.size() / 2);
  answer.code = AnswerCode::kPartial;
  answer.hresult = kWbemEProviderFailure;
  answer.detail = "Win32_QuickFixEngineering failed after 3 rows";
  return answer;
}

Answer<WmiProbe> HealthyWmiProbe() {
  Answer<WmiProbe> answer;
  answer.value = {.version = "6.1.7601",
                  .caption = "Microsoft Windows 7 Professional ",
                  .install_date = "20130701090427.000000+120"};
  answer.hresult = kWbemSFalse;
  return answer;
}

Answer<CbsPackageKeys> HealthyCbsPackages() {
  const std::string top = IdentityOf("Package_for_KB2705219", "6.1.1.1");
  Answer<CbsPackageKeys> answer;
  answer.value.packages = {
      Package(IdentityOf("Package_1_for_KB2705219", "6.1.1.1"), 0x70, 2, {top}),
      Package(top, 0x70, 1, {}),
      Package(IdentityOf("Package_for_KB2849697", "6.1.1.0"), 0x70, 1, {}),
      Package(IdentityOf("Package_for_KB2731847", "6.1.1.1"), 0x50, 1, {}),
      Package(IdentityOf("Package_for_KB2534111", "6.1.1.0"), 0x40, 1, {}),
  };
  return answer;
}

Answer<CbsPackageKeys> WrongTypedCbsPackages() {
  Answer<CbsPackageKeys> answer;
  CbsPackageKey broken;
  broken.identity = IdentityOf("Package_for_KB2705219", "6.1.1.1");
  broken.values = {TextValue("CurrentState", "112"),
                   {.name = "InstallTimeHigh", .type = 11, .bytes = std::string(8, '\1')},
                   DwordValue("InstallClient", 1),
                   {.name = "InstallName", .type = 1, .bytes = "odd"}};
  answer.value.packages = {broken,
                           Package(IdentityOf("Package_for_KB2849697", "6.1.1.0"), 0x70, 1, {})};
  return answer;
}

Answer<std::vector<UpdateHistoryRow>> RecordedUpdateHistory() {
  const absl::Time day = absl::FromUnixSeconds(1'372'837'065);  // 2013-07-03
  Answer<std::vector<UpdateHistoryRow>> answer;
  answer.value = {
      HistoryRow("Update for Windows 7 (KB2534111)", 2, 2, 0, day),
      HistoryRow("Sicherheitsupdate für Windows 7 (KB2705219)", 1, 4, 0x800B0101,
                 day - absl::Hours(1)),
      HistoryRow("Security Update for Windows 7 for x64-based Systems (KB2849697)", 1, 2, 0,
                 day - absl::Hours(48)),
  };
  return answer;
}

Answer<MachineFacts> Windows7Facts() {
  Answer<MachineFacts> answer;
  MachineFacts& facts = answer.value;
  facts.major = 6;
  facts.minor = 1;
  facts.build = 7601;
  facts.service_pack = 1;
  facts.product_type = 1;
  facts.architecture = "amd64";
  facts.smbios_uuid = "4c4c4544-0042-3510-8052-b4c04f564231";
  facts.machine_sid = "S-1-5-21-1004336348-1177238915-682003330";
  facts.computer_name = "pc1";
  facts.domain = "contoso.org";
  facts.site = "Hamburg";
  facts.organizational_unit = "OU=Clients,DC=contoso,DC=org";
  facts.ui_language = "de-DE";
  facts.reboot_pending = RebootPending{};
  facts.clock = MachineClock{.now = absl::FromUnixSeconds(1'372'837'065),
                             .utc_offset = absl::Hours(2),
                             .time_zone_key_name = "W. Europe Standard Time",
                             .since_boot = absl::Hours(3)};
  return answer;
}

std::string FailedInstallEvent(absl::string_view kb, uint32_t hresult, absl::Time time) {
  return absl::StrCat(
      "<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System>"
      "<Provider Name='Microsoft-Windows-WUSA' Guid='{09608C12-C1DA-4104-A6FE-B959CF57560A}'/>"
      "<EventID>3</EventID><Version>0</Version><Level>2</Level><Task>0</Task><Opcode>0</Opcode>"
      "<Keywords>0x8000000000000000</Keywords><TimeCreated SystemTime='",
      absl::FormatTime("%Y-%m-%dT%H:%M:%E9SZ", time, absl::UTCTimeZone()),
      "'/><EventRecordID>3532</EventRecordID><Correlation/>"
      "<Execution ProcessID='9588' ThreadID='10680'/><Channel>Setup</Channel>"
      "<Computer>pc1.contoso.org</Computer><Security UserID='S-1-5-18'/></System><EventData>"
      "<Data Name='UpdateTitle'>Sicherheitsupdate für Windows (",
      kb, ")</Data><Data Name='ErrorCode'>", hresult,
      "</Data><Data Name='ErrorString'>Ein erforderliches Zertifikat befindet sich nicht im "
      "Gültigkeitszeitraum.</Data><Data Name='CommandLine'>&quot;C:\\Windows\\system32\\wusa.exe"
      "&quot; C:\\Windows6.1-",
      kb, "-v2-x64.msu</Data></EventData></Event>");
}

}  // namespace muster::host
