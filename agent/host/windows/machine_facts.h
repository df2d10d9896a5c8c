// Facts of the running machine that answer at once: no network, no WMI. For worker threads of
// BoundedCaller.
#ifndef MUSTER_AGENT_HOST_WINDOWS_MACHINE_FACTS_H_
#define MUSTER_AGENT_HOST_WINDOWS_MACHINE_FACTS_H_

#include "agent/host/system.h"
#include "agent/host/windows/bounded_call.h"

namespace muster::host {

void ReadMachineFacts(PendingAnswer<MachineFacts>& pending);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_MACHINE_FACTS_H_
