// Version, architecture, language, clock, firmware. Each answers a Win32 error, 0 with success, and
// then has filled in its facts.
#ifndef MUSTER_AGENT_HOST_WINDOWS_OS_FACTS_H_
#define MUSTER_AGENT_HOST_WINDOWS_OS_FACTS_H_

#include <cstdint>

#include "agent/host/system.h"

namespace muster::host {

uint32_t ReadVersion(MachineFacts& facts);
uint32_t ReadArchitecture(MachineFacts& facts);
uint32_t ReadLanguage(MachineFacts& facts);
uint32_t ReadClock(MachineFacts& facts);
uint32_t ReadComputerName(MachineFacts& facts);
uint32_t ReadSmbiosUuid(MachineFacts& facts);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_OS_FACTS_H_
