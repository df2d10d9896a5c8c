// A thread that nobody will ever join.
#ifndef MUSTER_AGENT_HOST_WINDOWS_DETACHED_THREAD_H_
#define MUSTER_AGENT_HOST_WINDOWS_DETACHED_THREAD_H_

#include <functional>

namespace muster::host {

// Runs `body`, which must not throw, on a new thread; false where none can be had.
//
// On Windows it is not std::thread::detach: threads that mingw-w64's pthreads detach lose wakeups
// of Abseil's locks, and then hang (12 of 3,000 under Wine; none of those that are joined, or
// Windows' own).
bool StartDetachedThread(std::function<void()> body);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_DETACHED_THREAD_H_
