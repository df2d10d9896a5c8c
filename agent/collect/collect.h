// All collectors over one Windows installation.
#ifndef MUSTER_AGENT_COLLECT_COLLECT_H_
#define MUSTER_AGENT_COLLECT_COLLECT_H_

#include "agent/collect/collection.h"
#include "agent/host/host.h"

namespace muster::collect {

// Never fails: what could not be seen is in the outcomes. The same volume gives the same sets, on
// any day. May be called from several threads, each with its own progress callback (null for none).
Collection Collect(host::Host& host, const ProgressCallback& progress);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_COLLECT_H_
