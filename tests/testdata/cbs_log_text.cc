#include "tests/testdata/cbs_log_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace muster::testdata {
namespace {

constexpr char kOk[] = " [HRESULT = 0x00000000 - S_OK]";
constexpr char kExpired[] = " [HRESULT = 0x800b0101 - CERT_E_EXPIRED]";

}  // namespace

CbsLogText::CbsLogText(absl::Duration utc_offset)
    : zone_(absl::FixedTimeZone(static_cast<int>(absl::ToInt64Seconds(utc_offset)))),
      text_("\xef\xbb\xbf") {}

void CbsLogText::Add(absl::Time instant, absl::string_view severity, absl::string_view component,
                     absl::string_view message) {
  absl::StrAppendFormat(&text_, "%s, %-22s%-7s%s\r\n",
                        absl::FormatTime("%Y-%m-%d %H:%M:%S", instant, zone_), severity, component,
                        message);
}

void CbsLogText::AddStart(absl::Time instant) {
  Add(instant, "Info", "CBS",
      "Loaded Servicing Stack v6.1.7601.17592 with Core: C:\\Windows\\winsxs\\amd64_microsoft-"
      "windows-servicingstack_31bf3856ad364e35_6.1.7601.17592_none_672ce6c3de2cb17f\\cbscore.dll");
  Add(instant, "Info", "CSI",
      absl::StrFormat("%08x@%s WcpInitialize (wcp.dll version 0.0.0.6) called (stack "
                      "@0x7fed806eb5d @0x7fef9fb9b6d @0x7fef9f8358f)",
                      ++sequence_,
                      absl::FormatTime("%Y/%-m/%-d:%H:%M:%E3S", instant, absl::UTCTimeZone())));
  Add(instant, "Info", "CBS", "Ending TrustedInstaller initialization.");
  Add(instant, "Info", "CBS", "Starting the TrustedInstaller main loop.");
  Add(instant, "Info", "CBS", "TrustedInstaller service starts successfully.");
  Add(instant, "Info", "CBS", "SQM: Initializing online with Windows opt-in: False");
  Add(instant, "Info", "CBS",
      "SQM: Failed to start standard sample upload. [HRESULT = 0x80004005 - E_FAIL]");
  Add(instant, "Info", "CSI",
      absl::StrFormat("%08x CSI Store 4991456 (0x00000000004c29e0) initialized", ++sequence_));
}

std::string CbsLogText::SessionId(absl::Time instant) const {
  // A FILETIME, its two halves in decimal.
  constexpr int64_t kEpochTicks = 116'444'736'000'000'000;
  const auto ticks =
      static_cast<uint64_t>(kEpochTicks + (instant - absl::UnixEpoch()) / absl::Nanoseconds(100));
  return absl::StrCat(ticks >> 32, "_", ticks & 0xffffffff);
}

void CbsLogText::AddHealthyQuery(absl::Time instant, absl::string_view client,
                                 absl::string_view package) {
  const std::string session = SessionId(instant);
  Add(instant, "Info", "CBS",
      absl::StrCat("Session: ", session, " initialized by client ", client, "."));
  Add(instant, "Info", "CBS",
      "Failed to internally open package. [HRESULT = 0x800f0805 - CBS_E_INVALID_PACKAGE]");
  Add(instant, "Info", "CBS",
      absl::StrCat("Read out cached package applicability for package: ", package,
                   ", ApplicableState: 112, CurrentState:112"));
  Add(instant + absl::Seconds(1), "Info", "CBS",
      absl::StrCat("Session: ", session, " finalized. Reboot required: no", kOk));
}

void CbsLogText::AddExpiredCatalog(absl::Time instant, absl::string_view package) {
  const std::string path = absl::StrCat("\\\\?\\C:\\WINDOWS\\Servicing\\Packages\\", package);
  const auto add = [&](absl::string_view severity, const std::string& message) {
    Add(instant, severity, "CBS", absl::StrCat(message, kExpired));
  };
  const std::string session = SessionId(instant);
  Add(instant, "Info", "CBS",
      absl::StrCat("Session: ", session, " initialized by client WinMgmt."));
  add("Error", absl::StrCat("Failed to verify if catalog file ", path, ".cat is valid."));
  add("Info", absl::StrCat("Failed to initialize package: ", package, ", from path: ", path,
                           ".mum, existing package: 1"));
  add("Info", "Failed to resolve package");
  add("Info", "Failed to populate children.");
  add("Info", "Failed to initialize internal package");
  add("Info", "Failed to create package.");
  add("Error", "Failed to internally open package.");
  Add(instant, "Info", "CBS",
      absl::StrCat("Session: ", session, " finalized. Reboot required: no", kOk));
}

}  // namespace muster::testdata
