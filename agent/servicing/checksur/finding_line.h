// One finding line of CheckSUR.log. Pure; safe from any thread. docs/formats/checksur-log.md,
// "Findings".
#ifndef MUSTER_AGENT_SERVICING_CHECKSUR_FINDING_LINE_H_
#define MUSTER_AGENT_SERVICING_CHECKSUR_FINDING_LINE_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "agent/servicing/checksur/checksur_log.h"

namespace muster::servicing {

// Unset where the line is no finding: it starts with no "(f)", "(w)", "(fix)", "(p)" or "(n)".
std::optional<CheckSurFinding> ParseFindingLine(absl::string_view line);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CHECKSUR_FINDING_LINE_H_
