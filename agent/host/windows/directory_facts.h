// Domain, site, unit, SID: what Active Directory knows a machine by, as this machine remembers it.
// No call goes to the network. Each answers a Win32 error, 0 with success; a machine that is in no
// domain is success.
#ifndef MUSTER_AGENT_HOST_WINDOWS_DIRECTORY_FACTS_H_
#define MUSTER_AGENT_HOST_WINDOWS_DIRECTORY_FACTS_H_

#include <cstdint>

#include "agent/host/system.h"

namespace muster::host {

uint32_t ReadMachineSid(MachineFacts& facts);
uint32_t ReadDomain(MachineFacts& facts);
// What an administrator set, else what Netlogon last found; the computer's name as Group Policy
// last used it.
uint32_t ReadSiteAndUnit(MachineFacts& facts);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_DIRECTORY_FACTS_H_
