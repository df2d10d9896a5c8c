// The instant that a person asks about.
#ifndef MUSTER_AGENT_MAIN_SCAN_INSTANT_H_
#define MUSTER_AGENT_MAIN_SCAN_INSTANT_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::agent {

// RFC 3339 ("2013-07-01T09:04:27+02:00"), or a date, which is its midnight in UTC.
// INVALID_ARGUMENT says which spellings are taken.
absl::StatusOr<absl::Time> ParseInstant(absl::string_view text);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SCAN_INSTANT_H_
