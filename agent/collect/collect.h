// All collectors over one Windows installation.
#ifndef MUSTER_AGENT_COLLECT_COLLECT_H_
#define MUSTER_AGENT_COLLECT_COLLECT_H_

#include "agent/collect/answers.h"
#include "agent/collect/catalog_trust.h"
#include "agent/collect/collection.h"
#include "agent/host/host.h"
#include "agent/host/system.h"

namespace muster::collect {

// Never fails: what could not be seen is in the outcomes. `system` is null for a volume that does
// not run: the same volume gives the same sets, on any day. May be called from several threads,
// each with its own progress callback (null for none).
//
// Of a running system the updates are those of its own list, and every source is bounded in time.
// `trust` remembers Windows' answers about catalogs from call to call; null: all are asked for
// anew.
Collection Collect(host::Host& host, host::System* system, const ProgressCallback& progress,
                   CatalogTrust* trust = nullptr, const AskingLimits& limits = {});

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_COLLECT_H_
