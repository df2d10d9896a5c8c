// Instants, durations, states and digests as operators read and write them. Pure functions.
#ifndef MUSTER_DASHBOARD_API_CTL_VALUES_H_
#define MUSTER_DASHBOARD_API_CTL_VALUES_H_

#include <google/protobuf/timestamp.pb.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "dashboard-api/ctl/table.h"
#include "muster/v1/operator.pb.h"

namespace muster::ctl {

// RFC 3339 in UTC to the second; "-" for an unset one (the epoch).
std::string InstantText(const google::protobuf::Timestamp& time);
// RFC 3339, or a date alone: its midnight in UTC. INVALID_ARGUMENT.
absl::StatusOr<absl::Time> ParseInstant(const std::string& text);
// A whole number and a unit: "90d", "24h", "30m", "45s". INVALID_ARGUMENT; also for zero and more
// than 10,000 days.
absl::StatusOr<absl::Duration> ParseLifetime(const std::string& text);

// As ParseLifetime; a number alone is seconds. INVALID_ARGUMENT.
absl::StatusOr<absl::Duration> ParseInterval(const std::string& text);

// "AFFECTED", "AT RISK", …
std::string StateText(v1::Verdict::State state);
Colour StateColour(v1::Verdict::State state);
Cell StateCell(v1::Verdict::State state);  // for programs it is AT_RISK

// The verdict to show for a machine: of `rule`, or where that is empty the worst. Null where there
// is none.
const v1::Verdict* ShownVerdict(const v1::Machine& machine, const std::string& rule);

// "campaigns/c1" of "c1", and of itself. `collection`: "campaigns".
std::string ResourceName(absl::string_view collection, const std::string& name);

// "machines/" and the first 12 of the id's 64 digits; other names are short.
std::string ShortName(const std::string& name);

// The first 12 hex digits.
std::string ShortDigest(const std::string& bytes);

// "0x800B0101"; empty for 0.
std::string HresultText(uint32_t hresult);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_VALUES_H_
