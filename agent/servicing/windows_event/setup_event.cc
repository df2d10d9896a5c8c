#include "agent/servicing/windows_event/setup_event.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "agent/servicing/package/package_identity.h"
#include "agent/servicing/update_history/update_history.h"

namespace muster::servicing {
namespace {

// Source: wusa.exe's own messages, 6.1.7600 (libyal, winevt-kb).
std::optional<SetupEventKind> WusaKind(uint32_t event_id) {
  switch (event_id) {
    case 2:
      return SetupEventKind::kInstalled;
    case 3:
      return SetupEventKind::kInstallFailed;
    case 4:
    case 9:
      return SetupEventKind::kRestartNeeded;
    case 7:
      return SetupEventKind::kUninstalled;
    case 8:
      return SetupEventKind::kUninstallFailed;
    default:
      return std::nullopt;
  }
}

std::optional<SetupEventKind> ServicingKind(uint32_t event_id) {
  switch (event_id) {
    case 1:
      return SetupEventKind::kChangeStarted;
    case 2:
      return SetupEventKind::kChanged;
    case 3:
    case 6:
      return SetupEventKind::kChangeFailed;  // 6: and is now partially installed
    case 4:
      return SetupEventKind::kRestartNeeded;
    case 5:
      return SetupEventKind::kNotApplicable;
    default:
      return std::nullopt;
  }
}

// wusa writes it in decimal, the servicing stack in hex.
uint32_t ErrorCode(const WindowsEvent& event) {
  const absl::string_view text = event.Field("ErrorCode");
  uint32_t hex = 0;
  if (absl::StartsWithIgnoreCase(text, "0x")) return absl::SimpleHexAtoi(text, &hex) ? hex : 0;
  int64_t decimal = 0;
  if (!absl::SimpleAtoi(text, &decimal)) return 0;
  return decimal < INT32_MIN || decimal > int64_t{UINT32_MAX} ? 0 : static_cast<uint32_t>(decimal);
}

SetupEvent Wusa(SetupEventKind kind, const WindowsEvent& event) {
  SetupEvent result{.kind = kind,
                    .kb = KbOfUpdateTitle(event.Field("UpdateTitle")),
                    .subject = std::string(event.Field("UpdateTitle")),
                    .state = "",
                    .client = std::string(event.Field("CommandLine")),
                    .hresult = ErrorCode(event)};
  // The title is empty where the package could not be opened; its file's name is in the command.
  if (result.kb.empty()) result.kb = KbOfPackageName(result.client);
  return result;
}

SetupEvent Servicing(SetupEventKind kind, const WindowsEvent& event) {
  return {.kind = kind,
          .kb = KbOfPackageName(event.Field("PackageIdentifier")),
          .subject = std::string(event.Field("PackageIdentifier")),
          .state = std::string(event.Field("IntendedPackageStateTextized")),
          .client = std::string(event.Field("Client")),
          .hresult = ErrorCode(event)};
}

}  // namespace

std::optional<SetupEvent> ReadSetupEvent(const WindowsEvent& event) {
  if (event.provider == "Microsoft-Windows-WUSA") {
    const std::optional<SetupEventKind> kind = WusaKind(event.event_id);
    if (kind) return Wusa(*kind, event);
  } else if (event.provider == "Microsoft-Windows-Servicing") {
    const std::optional<SetupEventKind> kind = ServicingKind(event.event_id);
    if (kind) return Servicing(*kind, event);
  }
  return std::nullopt;
}

absl::string_view SetupEventKindName(SetupEventKind kind) {
  switch (kind) {
    case SetupEventKind::kInstalled:
      return "Installed";
    case SetupEventKind::kInstallFailed:
      return "InstallFailed";
    case SetupEventKind::kUninstalled:
      return "Uninstalled";
    case SetupEventKind::kUninstallFailed:
      return "UninstallFailed";
    case SetupEventKind::kRestartNeeded:
      return "RestartNeeded";
    case SetupEventKind::kChangeStarted:
      return "ChangeStarted";
    case SetupEventKind::kChanged:
      return "Changed";
    case SetupEventKind::kChangeFailed:
      return "ChangeFailed";
    case SetupEventKind::kNotApplicable:
      return "NotApplicable";
  }
  return "";
}

}  // namespace muster::servicing
