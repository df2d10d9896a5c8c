// Events of a Windows event log, rendered as XML (EvtRender with EvtRenderEventXml).
// Source of the shape: Microsoft's event schema, http://schemas.microsoft.com/win/2004/08/events.
// Pure.
#ifndef MUSTER_AGENT_SERVICING_WINDOWS_EVENT_WINDOWS_EVENT_H_
#define MUSTER_AGENT_SERVICING_WINDOWS_EVENT_WINDOWS_EVENT_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::servicing {

// One field of an event's data.
struct EventField {
  std::string name;  // "" where the provider gave none
  std::string value;

  bool operator==(const EventField&) const = default;
};

struct WindowsEvent {
  std::string provider;       // "Microsoft-Windows-WUSA"
  std::string provider_guid;  // "{09608C12-C1DA-4104-A6FE-B959CF57560A}"; may be empty
  uint32_t event_id = 0;
  uint32_t level = 0;  // 1 critical, 2 error, 3 warning, 4 information; 0 always logged
  std::optional<absl::Time> time;
  uint64_t record_id = 0;  // EventRecordID: grows by one in a log, starts again when it is cleared
  std::string channel;     // "Setup"
  std::string computer;
  std::string user_sid;  // "S-1-5-18"; may be empty
  // Of EventData in its order, or of the one element within UserData, whose name is `data_name`.
  std::string data_name;  // "CbsPackageChangeState"; "" for EventData
  std::vector<EventField> data;

  // The value of a field by name; "" where it is not there.
  absl::string_view Field(absl::string_view name) const;
};

// INVALID_ARGUMENT where the text is no event: no XML, more than 64 KiB, no provider or event id.
// What else is missing or of a wrong form is left unset. At most 128 fields are kept.
absl::StatusOr<WindowsEvent> ParseWindowsEvent(absl::string_view xml);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_WINDOWS_EVENT_WINDOWS_EVENT_H_
