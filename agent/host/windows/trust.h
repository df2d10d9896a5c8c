// Windows' own verdict on a signed file. For worker threads of BoundedCaller.
#ifndef MUSTER_AGENT_HOST_WINDOWS_TRUST_H_
#define MUSTER_AGENT_HOST_WINDOWS_TRUST_H_

#include <string>

#include "agent/host/system.h"
#include "agent/host/windows/bounded_call.h"

namespace muster::host {

// `windows_path` is one of WindowsPath(). Goes to no network and asks nobody. What WinVerifyTrust
// says of the signature is the value, and the answer kOk; kFailed or kDenied where the file cannot
// be opened.
void VerifyTrust(const std::string& windows_path, PendingAnswer<TrustVerdict>& pending);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_TRUST_H_
