// The Windows Update Agent's own history. For worker threads of BoundedCaller.
#ifndef MUSTER_AGENT_HOST_WINDOWS_UPDATE_SEARCHER_H_
#define MUSTER_AGENT_HOST_WINDOWS_UPDATE_SEARCHER_H_

#include <vector>

#include "agent/host/system.h"
#include "agent/host/windows/bounded_call.h"

namespace muster::host {

// IUpdateSearcher::QueryHistory, newest first, at most 10,000 rows. Asks this machine alone: no
// update server.
void ReadUpdateHistory(PendingAnswer<std::vector<UpdateHistoryRow>>& pending);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_UPDATE_SEARCHER_H_
