#include "agent/servicing/windows_event/windows_event.h"

#include <pugixml.hpp>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxEventBytes = 64 * 1024;
constexpr size_t kMaxFields = 128;

absl::Status NoEvent(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("The text is no Windows event: ", why));
}

// Whole numbers in decimal or, as Windows writes some, "0x…". 0 where it is none.
template <typename T>
T Number(absl::string_view text) {
  T number = 0;
  if (absl::ConsumePrefix(&text, "0x")) {
    if (!absl::SimpleHexAtoi(text, &number)) return 0;
  } else if (!absl::SimpleAtoi(text, &number)) {
    return 0;
  }
  return number;
}

// "2017-04-06T20:38:44.617705600Z".
std::optional<absl::Time> Time(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) return std::nullopt;
  if (time == absl::InfiniteFuture() || time == absl::InfinitePast()) return std::nullopt;
  return time;
}

// The first child that is an element.
pugi::xml_node FirstElement(const pugi::xml_node& parent) {
  for (const pugi::xml_node& child : parent.children()) {
    if (child.type() == pugi::node_element) return child;
  }
  return pugi::xml_node();
}

void ReadData(const pugi::xml_node& event, WindowsEvent& result) {
  pugi::xml_node data = event.child("EventData");
  const bool user_data = !data;
  if (user_data) {
    data = FirstElement(event.child("UserData"));
    result.data_name = data.name();
  }
  for (const pugi::xml_node& field : data.children()) {
    if (field.type() != pugi::node_element || result.data.size() == kMaxFields) continue;
    result.data.push_back({.name = user_data ? field.name() : field.attribute("Name").value(),
                           .value = field.child_value()});
  }
}

}  // namespace

absl::string_view WindowsEvent::Field(absl::string_view name) const {
  for (const EventField& field : data) {
    if (absl::EqualsIgnoreCase(field.name, name)) return field.value;
  }
  return "";
}

absl::StatusOr<WindowsEvent> ParseWindowsEvent(absl::string_view xml) {
  if (xml.size() > kMaxEventBytes) return NoEvent("it is longer than 64 KiB");
  pugi::xml_document document;
  const pugi::xml_parse_result parsed =
      document.load_buffer(xml.data(), xml.size(), pugi::parse_default, pugi::encoding_utf8);
  if (!parsed) return NoEvent(parsed.description());
  const pugi::xml_node event = document.child("Event");
  const pugi::xml_node system = event.child("System");
  const pugi::xml_node provider = system.child("Provider");
  const pugi::xml_node id = system.child("EventID");
  WindowsEvent result;
  result.provider = provider.attribute("Name").value();
  if (result.provider.empty()) return NoEvent("it has no provider");
  if (!absl::SimpleAtoi(id.child_value(), &result.event_id)) return NoEvent("it has no event id");
  result.provider_guid = provider.attribute("Guid").value();
  result.level = Number<uint32_t>(system.child_value("Level"));
  result.time = Time(system.child("TimeCreated").attribute("SystemTime").value());
  result.record_id = Number<uint64_t>(system.child_value("EventRecordID"));
  result.channel = system.child_value("Channel");
  result.computer = system.child_value("Computer");
  result.user_sid = system.child("Security").attribute("UserID").value();
  ReadData(event, result);
  return result;
}

}  // namespace muster::servicing
