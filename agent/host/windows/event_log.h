// Events of one channel behind a bookmark (wevtapi). For worker threads of BoundedCaller.
#ifndef MUSTER_AGENT_HOST_WINDOWS_EVENT_LOG_H_
#define MUSTER_AGENT_HOST_WINDOWS_EVENT_LOG_H_

#include <string>

#include "agent/host/system.h"
#include "agent/host/windows/bounded_call.h"

namespace muster::host {

// As System::SetupEvents says, of `channel`. kUnsupported where there is no such channel.
void ReadEvents(const std::string& channel, const std::string& bookmark, uint32_t max_events,
                PendingAnswer<EventBatch>& pending);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_EVENT_LOG_H_
