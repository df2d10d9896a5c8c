// What the events of the channel Setup say of updates: those of wusa.exe (Microsoft-Windows-WUSA)
// and of the servicing stack (Microsoft-Windows-Servicing). Ids and fields with their sources:
// docs/formats/windows-events.md. Pure.
#ifndef MUSTER_AGENT_SERVICING_WINDOWS_EVENT_SETUP_EVENT_H_
#define MUSTER_AGENT_SERVICING_WINDOWS_EVENT_SETUP_EVENT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "agent/servicing/windows_event/windows_event.h"

namespace muster::servicing {

enum class SetupEventKind {
  kInstalled,
  kInstallFailed,
  kUninstalled,
  kUninstallFailed,
  kRestartNeeded,
  kChangeStarted,  // the servicing stack begins to move a package to another state
  kChanged,
  kChangeFailed,
  kNotApplicable,
};

struct SetupEvent {
  SetupEventKind kind;
  std::string kb;        // "KB2705219"; "" where the event names none
  std::string subject;   // UpdateTitle or PackageIdentifier, as written; may be empty
  std::string state;     // the intended state of a package, "Installed"
  std::string client;    // who asked: "WindowsUpdateAgent"; the command line with wusa
  uint32_t hresult = 0;  // of a failure; a success that asks for more is here too
};

// None for other providers and ids (those of selectable updates, of debugging).
std::optional<SetupEvent> ReadSetupEvent(const WindowsEvent& event);

// "InstallFailed".
absl::string_view SetupEventKindName(SetupEventKind kind);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_WINDOWS_EVENT_SETUP_EVENT_H_
