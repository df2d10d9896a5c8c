// The package keys of component based servicing, both views. For worker threads of BoundedCaller.
#ifndef MUSTER_AGENT_HOST_WINDOWS_CBS_PACKAGES_H_
#define MUSTER_AGENT_HOST_WINDOWS_CBS_PACKAGES_H_

#include "agent/host/system.h"
#include "agent/host/windows/bounded_call.h"

namespace muster::host {

inline constexpr char kCbsKey[] =
    "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";

// At most 50,000 packages. kUnsupported where there is no such key at all. Keys and values that
// cannot be read, or vanish meanwhile, make the answer kPartial; the others stay.
void ReadCbsPackages(PendingAnswer<CbsPackageKeys>& pending);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_CBS_PACKAGES_H_
