#include <malloc.h>

#include "common/memory.h"

namespace muster {

void ReleaseFreeMemory() { malloc_trim(0); }

}  // namespace muster
