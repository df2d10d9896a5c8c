// Whether this Windows is in a state to install something. Each question is answered by itself.
#ifndef MUSTER_AGENT_HOST_WINDOWS_READINESS_H_
#define MUSTER_AGENT_HOST_WINDOWS_READINESS_H_

#include "agent/host/control.h"

namespace muster::host {

// What cannot be told stays as Readiness begins: it stands in nobody's way, for the installers
// themselves refuse to work beside others or before a restart (0x80240016).
Readiness ReadReadiness();

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_READINESS_H_
