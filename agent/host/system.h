// The second seam to a Windows installation: what only a running one can be asked. Files are
// host.h.
//
// Answers are raw: text as the source spells it (UTF-8), registry values with their types, codes as
// numbers. agent/servicing reads them (qfe, cbs_registry, update_history, windows_event).
//
// Every call takes how long the caller is ready to wait, and answers by then with kTimedOut and
// what was seen up to that moment: WMI and the Windows Update Agent do hang. What hangs is left
// behind, a bounded number of times; after that the call answers kFailed at once.
#ifndef MUSTER_AGENT_HOST_SYSTEM_H_
#define MUSTER_AGENT_HOST_SYSTEM_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::host {

enum class AnswerCode {
  kOk,           // everything that was there was seen; nothing there is also this
  kPartial,      // the source went wrong on the way: `value` is what it gave before
  kTimedOut,     // as kPartial, by the caller's deadline; hresult is 0x800705B4 (ERROR_TIMEOUT)
  kUnsupported,  // this Windows has no such source
  kDenied,       // access was refused
  kFailed,       // the source is there and gave nothing but an error
};

// What one source said. Empty never means failed: look at `code`.
template <typename T>
struct Answer {
  T value{};  // what was seen; with kOk alone it is everything
  AnswerCode code = AnswerCode::kOk;
  // As the source gave it (Win32 errors as HRESULT_FROM_WIN32). With kOk the last success code,
  // WBEM_S_FALSE say.
  uint32_t hresult = 0;
  std::string detail;  // with all but kOk: which call of what failed, for a person; UTF-8
  absl::Duration elapsed;

  bool complete() const { return code == AnswerCode::kOk; }
};

// One row of Win32_QuickFixEngineering. A property that is NULL or no string is "".
struct UpdateRow {
  std::string hot_fix_id;    // "KB2705219"; also "File 1"
  std::string description;   // "Security Update"
  std::string caption;       // a support URL
  std::string installed_on;  // in any of the formats of agent/servicing/qfe
  std::string installed_by;
  std::string service_pack_in_effect;  // Windows XP has the KB here

  bool operator==(const UpdateRow&) const = default;
};

// Win32_OperatingSystem, asked for only to see whether WMI itself answers.
struct WmiProbe {
  std::string version;       // "6.1.7601"
  std::string caption;       // "Microsoft Windows 7 Professional "
  std::string install_date;  // DMTF, "20130701090427.000000+120"
};

// As the registry has it: any value may have any type.
struct RegistryValue {
  std::string name;
  uint32_t type = 0;  // REG_SZ 1, REG_EXPAND_SZ 2, REG_BINARY 3, REG_DWORD 4, REG_QWORD 11
  // Little-endian numbers; text as UTF-16LE, with or without the NUL behind it. At most 64 KiB; of
  // a longer one nothing but name and type is here, and the answer is kPartial.
  std::string bytes;

  bool operator==(const RegistryValue&) const = default;
};

// A subkey of Component Based Servicing\Packages.
struct CbsPackageKey {
  std::string identity;  // the key's name
  // CurrentState, InstallTimeHigh, InstallTimeLow, InstallClient, InstallName, InstallLocation,
  // InstallUser, LastError, SelfUpdate, Visibility, as far as they are there; in any order.
  std::vector<RegistryValue> values;
  std::vector<std::string> owners;  // value names of the subkey Owners: the packages above it
};

struct CbsPackageKeys {
  std::vector<CbsPackageKey> packages;  // of the 64-bit view, or of the only one there is
  // Keys that the 32-bit view has and the other has not: there should be none. 0 on 32-bit Windows.
  uint32_t only_in_32_bit_view = 0;
};

// An IUpdateHistoryEntry.
struct UpdateHistoryRow {
  std::string title;
  std::string description;
  std::string client_application;  // "AutomaticUpdates", "wusa"
  std::string update_id;           // GUID
  int32_t operation = 0;           // UpdateOperation: 1 installation, 2 uninstallation
  int32_t result_code = 0;         // OperationResultCode
  uint32_t hresult = 0;
  uint32_t unmapped_result_code = 0;
  uint32_t revision = 0;
  std::optional<absl::Time> date;  // none where it is no date
};

// What Windows' own verifier says of one catalog.
struct TrustVerdict {
  // Of WinVerifyTrust with WINTRUST_ACTION_GENERIC_VERIFY_V2, no UI, no revocation, no network; 0
  // is trusted. This is an observation: the answer is kOk with it.
  uint32_t hresult = 0;
};

struct EventBatch {
  // Each event as XML, oldest first, UTF-8, at most 64 KiB each; longer ones count as skipped.
  std::vector<std::string> events;
  // Gives the events behind these. As EvtRender makes it: opaque, UTF-8, at most 64 KiB. That of
  // the call where there was nothing new.
  std::string bookmark;
  bool more = false;  // max_events was reached
  // The bookmark's event is no longer there (the log was cleared or overwritten): these are from
  // the log's start.
  bool bookmark_lost = false;
  uint32_t skipped = 0;
};

// Why Windows wants to be restarted.
struct RebootPending {
  bool cbs_reboot_pending = false;       // key Component Based Servicing\RebootPending
  bool cbs_reboot_in_progress = false;   // key …\RebootInProgress
  bool cbs_packages_pending = false;     // key …\PackagesPending
  bool windows_update_required = false;  // key WindowsUpdate\Auto Update\RebootRequired
  // Session Manager\PendingFileRenameOperations: weak, for antivirus programs leave it often.
  uint32_t pending_file_renames = 0;
};

struct MachineClock {
  absl::Time now;                  // by the machine's own clock
  absl::Duration utc_offset;       // local time minus UTC, now
  std::string time_zone_key_name;  // "W. Europe Standard Time"
  absl::Duration since_boot;
};

// An empty string or an unset optional was not to be had; the answer is kPartial and its detail
// says why, unless it is a thing that a machine may well lack (domain, site, unit).
struct MachineFacts {
  uint32_t major = 0, minor = 0, build = 0;  // RtlGetVersion: no manifest makes it lie
  uint32_t service_pack = 0;
  uint32_t product_type = 0;  // VER_NT_WORKSTATION 1, VER_NT_DOMAIN_CONTROLLER 2, VER_NT_SERVER 3
  std::string architecture;   // of Windows, not of this program: "amd64", "x86", "ia64", "arm64"
  bool wow64 = false;         // this is a 32-bit program on 64-bit Windows
  std::string smbios_uuid;    // lower case, "4c4c4544-0042-…"; "" where it is all 0 or all f
  std::string machine_sid;    // "S-1-5-21-…" without a relative id
  std::string computer_name;  // DNS host name
  std::string domain;         // DNS name; "" in a workgroup
  std::string site;           // Active Directory site, as Netlogon last found it
  std::string organizational_unit;  // distinguished name of the computer's container
  std::string ui_language;          // "de-DE", of the system
  std::optional<RebootPending> reboot_pending;
  std::optional<MachineClock> clock;
};

// Thread-safe.
class System {
 public:
  virtual ~System() = default;

  // Win32_QuickFixEngineering, by properties and never by the text of a program.
  virtual Answer<std::vector<UpdateRow>> UpdateRows(absl::Duration limit) = 0;
  // Another class of the same namespace: tells "WMI is broken" from "the update list is blind".
  virtual Answer<WmiProbe> ProbeWmi(absl::Duration limit) = 0;
  virtual Answer<CbsPackageKeys> CbsPackages(absl::Duration limit) = 0;
  // Newest first. At most 10,000 rows; kPartial where there are more.
  virtual Answer<std::vector<UpdateHistoryRow>> UpdateHistory(absl::Duration limit) = 0;
  // `path` as in host.h. kFailed with the file's error where it cannot be opened.
  virtual Answer<TrustVerdict> VerifyCatalog(absl::string_view path, absl::Duration limit) = 0;
  // Of the channel Setup: what lies behind `bookmark`, an EventBatch's, or "" for all there is. A
  // bookmark that Windows cannot read counts as lost.
  virtual Answer<EventBatch> SetupEvents(absl::string_view bookmark, uint32_t max_events,
                                         absl::Duration limit) = 0;
  virtual Answer<MachineFacts> Facts(absl::Duration limit) = 0;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_SYSTEM_H_
