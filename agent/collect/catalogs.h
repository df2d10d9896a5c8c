// Security catalogs of the servicing stack, and how the signature of each holds.
#ifndef MUSTER_AGENT_COLLECT_CATALOGS_H_
#define MUSTER_AGENT_COLLECT_CATALOGS_H_

#include "agent/collect/collection.h"
#include "agent/host/host.h"

namespace muster::collect {

// The component store's own.
inline constexpr absl::string_view kStoreDirectory = "Windows/winsxs/Catalogs";

// Reads Windows/servicing/Packages/*.cat and Windows/winsxs/Catalogs/*.cat. The items depend
// neither on the day nor on the host's cures. What is no catalog, or larger than 16 MiB (then
// without sha256), is an item with result CORRUPT; what cannot be read counts as missed. Without
// the first folder the outcome is UNSUPPORTED, or PARTIAL where the second has catalogs; the second
// missing is nothing missed.
CollectedSet CollectCatalogs(host::Host& host, const ProgressCallback& progress);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_CATALOGS_H_
