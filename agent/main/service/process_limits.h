// How much of the machine the service may take.
#ifndef MUSTER_AGENT_MAIN_SERVICE_PROCESS_LIMITS_H_
#define MUSTER_AGENT_MAIN_SERVICE_PROCESS_LIMITS_H_

#include <cstdint>

#include "absl/status/status.h"

namespace muster::agent {

// Gives way to other programs: the scheduler's class below normal.
absl::Status LowerPriority();

// Ends the process rather than let it take more than so much private memory. FAILED_PRECONDITION
// where it is in a job already: jobs do not nest before Windows 8.
absl::Status CapMemory(uint64_t max_bytes);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SERVICE_PROCESS_LIMITS_H_
