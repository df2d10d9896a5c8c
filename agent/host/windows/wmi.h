// Classes of ROOT\CIMV2, row by row. For worker threads of BoundedCaller: WMI hangs now and then,
// in any of its calls.
#ifndef MUSTER_AGENT_HOST_WINDOWS_WMI_H_
#define MUSTER_AGENT_HOST_WINDOWS_WMI_H_

#include <vector>

#include "agent/host/system.h"
#include "agent/host/windows/bounded_call.h"

namespace muster::host {

// Win32_QuickFixEngineering. At most 20,000 rows.
void ReadUpdateRows(PendingAnswer<std::vector<UpdateRow>>& pending);

// Win32_OperatingSystem. kFailed where it has no row: there always is one.
void ProbeOperatingSystem(PendingAnswer<WmiProbe>& pending);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_WMI_H_
