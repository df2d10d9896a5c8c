// From log records to incident signatures, within the bounds that the wire has.
#ifndef MUSTER_AGENT_COLLECT_SIGNATURES_H_
#define MUSTER_AGENT_COLLECT_SIGNATURES_H_

#include <string>

#include "agent/host/system.h"
#include "agent/servicing/cbs/cbs_log.h"
#include "agent/servicing/checksur/checksur_log.h"
#include "agent/servicing/update_history/update_history.h"
#include "agent/servicing/windows_event/setup_event.h"
#include "muster/v1/inventory.pb.h"

namespace muster::collect {

v1::IncidentSignature ToSignature(const servicing::CbsSignature& signature);

// Component is the finding's type, severity its mark, message its type again, with its fields where
// no path among them says what it is about.
v1::IncidentSignature ToSignature(const servicing::CheckSurFinding& finding);

// Component is the provider, severity what became of it ("InstallFailed"), message the same with
// who asked; package the KB, else what the event is about.
v1::IncidentSignature ToSignature(absl::string_view provider, const servicing::SetupEvent& event);

// Component is the client, severity what became of it, package the KB, else the title.
v1::IncidentSignature ToSignature(const host::UpdateHistoryRow& row,
                                  servicing::UpdateAttempt attempt);

// The finding as a line: "(w) CBS Catalog Expired 0x800B0101 servicing\Packages\….cat".
std::string ToLine(const servicing::CheckSurFinding& finding);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_SIGNATURES_H_
