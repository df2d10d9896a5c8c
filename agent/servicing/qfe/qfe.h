// Rows of Win32_QuickFixEngineering: which update a row means, and the day that it was installed.
// Formats and their sources: docs/formats/qfe.md. Pure.
#ifndef MUSTER_AGENT_SERVICING_QFE_QFE_H_
#define MUSTER_AGENT_SERVICING_QFE_QFE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "absl/types/span.h"

namespace muster::servicing {

// The update of a row: "KB2705219" of "KB2705219", "kb976098-v2", "Q147222" (articles were once
// numbered so) or, where HotFixID is "File 1", of ServicePackInEffect (Windows XP). Empty where the
// row names none: a row all the same, but not one to count as an update.
std::string KbOfQfeRow(absl::string_view hot_fix_id, absl::string_view service_pack_in_effect);

// In which order a table writes day and month where their separators don't tell.
enum class DateOrder {
  kUnknown,  // no row can be read in only one way, or rows contradict each other
  kMonthFirst,
  kDayFirst,
};

// From all the InstalledOn of one table, for a machine writes them in one way: "6/30/2017" beside
// "3/2/2017" makes the latter the 2nd of March.
DateOrder DateOrderOf(absl::Span<const std::string> installed_on);

struct InstalledOn {
  // As the machine's own calendar has it, except where `time` is set: then in UTC. None where the
  // text is empty, as it is for what came with an image.
  std::optional<absl::CivilDay> day;
  std::optional<absl::Time> time;  // of the formats that hold more than a day
  // Day and month could be the other way round, and the table did not tell.
  bool ambiguous = false;
};

// Reads one InstalledOn: "3/2/2017" (by `order`; month first where that is unknown, as Windows 7
// writes it in most languages), "02.03.2017", "2017-03-02", "20170302", "2017302" (month without
// its zero), a FILETIME in 16 hex digits, DMTF "20170302090427.000000+060", empty.
// INVALID_ARGUMENT, with the text, for all else and for days that no calendar has or that lie
// before 1990 or after 2199.
absl::StatusOr<InstalledOn> ParseInstalledOn(absl::string_view text, DateOrder order);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_QFE_QFE_H_
