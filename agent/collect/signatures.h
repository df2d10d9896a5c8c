// From log records to incident signatures, within the bounds that the wire has.
#ifndef MUSTER_AGENT_COLLECT_SIGNATURES_H_
#define MUSTER_AGENT_COLLECT_SIGNATURES_H_

#include <string>

#include "agent/servicing/cbs/cbs_log.h"
#include "agent/servicing/checksur/checksur_log.h"
#include "muster/v1/inventory.pb.h"

namespace muster::collect {

v1::IncidentSignature ToSignature(const servicing::CbsSignature& signature);

// Component is the finding's type, severity its mark, message its type again, with its fields where
// no path among them says what it is about.
v1::IncidentSignature ToSignature(const servicing::CheckSurFinding& finding);

// The finding as a line: "(w) CBS Catalog Expired 0x800B0101 servicing\Packages\….cat".
std::string ToLine(const servicing::CheckSurFinding& finding);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_SIGNATURES_H_
