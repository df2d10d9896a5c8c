// Why Windows wants to be restarted, from the registry.
#ifndef MUSTER_AGENT_HOST_WINDOWS_REBOOT_PENDING_H_
#define MUSTER_AGENT_HOST_WINDOWS_REBOOT_PENDING_H_

#include <cstdint>

#include "agent/host/system.h"

namespace muster::host {

// Answers a Win32 error, 0 with success. With an error facts.reboot_pending is left unset: "no
// restart needed" is never a guess.
uint32_t ReadRebootPending(MachineFacts& facts);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_REBOOT_PENDING_H_
