#include <windows.h>

#include "common/memory.h"

namespace muster {

// The C library's heap is the process's.
void ReleaseFreeMemory() { HeapCompact(GetProcessHeap(), 0); }

}  // namespace muster
