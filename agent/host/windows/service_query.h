// Windows' services, as the service control manager has them.
#ifndef MUSTER_AGENT_HOST_WINDOWS_SERVICE_QUERY_H_
#define MUSTER_AGENT_HOST_WINDOWS_SERVICE_QUERY_H_

namespace muster::host {

// Whether it runs or is about to. False also where that cannot be told.
bool ServiceRuns(const wchar_t* name);

// Whether it cannot be started: it is disabled, or not there at all. False where that cannot be
// told.
bool ServiceDisabled(const wchar_t* name);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_SERVICE_QUERY_H_
