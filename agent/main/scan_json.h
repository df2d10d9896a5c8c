// A scan's report in protobuf's JSON form, written piece by piece.
#ifndef MUSTER_AGENT_MAIN_SCAN_JSON_H_
#define MUSTER_AGENT_MAIN_SCAN_JSON_H_

#include <functional>
#include <ostream>

#include "absl/status/status.h"
#include "muster/v1/scan.pb.h"

namespace muster::agent {

// Takes one entry of `incidents` after the other.
using IncidentSink = std::function<void(const v1::ScannedIncident&)>;
// Gives entries to a sink; for reports whose incidents do not fit into memory.
using IncidentSource = std::function<absl::Status(const IncidentSink&)>;

// Writes one JSON object, the same as protobuf would for the whole message with default values
// printed. Where `incidents` is set, its entries stand in place of the report's. The error that it
// answered, after the object has been written to its end.
absl::Status WriteScanJson(const v1::ScanReport& report, const IncidentSource& incidents,
                           std::ostream& out);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SCAN_JSON_H_
