// Processes of this Windows: which one it is, waiting for it, ending it with its descendants.
#ifndef MUSTER_AGENT_HOST_WINDOWS_PROCESS_H_
#define MUSTER_AGENT_HOST_WINDOWS_PROCESS_H_

#include <windows.h>

#include <cstdint>

#include "absl/time/time.h"
#include "agent/host/control.h"
#include "agent/host/windows/kernel_handle.h"

namespace muster::host {

// When it was created, as FILETIME counts; 0 where that cannot be told.
uint64_t CreatedAt(HANDLE process);

// Opens the process to wait for it and to end it. Invalid where it is gone, also if another has its
// number by now.
KernelHandle OpenProcessOf(const ProcessId& process);

// Waits at most so long; true once it has ended. Time that the machine sleeps does not count: an
// installer must not be ended because a notebook was closed over night.
bool WaitForEnd(HANDLE process, absl::Duration limit);

// Ends it, and what it started and what those started, also where what stood between has ended,
// unless before this call. A few seconds at most. False where it ended by itself just then; then
// nothing else is touched.
bool EndWithDescendants(HANDLE process, uint32_t id);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_PROCESS_H_
