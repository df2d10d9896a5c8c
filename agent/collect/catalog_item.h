// From a parsed catalog to the item that travels.
#ifndef MUSTER_AGENT_COLLECT_CATALOG_ITEM_H_
#define MUSTER_AGENT_COLLECT_CATALOG_ITEM_H_

#include "absl/status/statusor.h"
#include "common/servicing/catalog/catalog.h"
#include "muster/v1/inventory.pb.h"

namespace muster::collect {

// Everything but path, sha256 and size. An error is result CORRUPT. Pure.
v1::Catalog MakeCatalogItem(const absl::StatusOr<servicing::Catalog>& catalog);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_CATALOG_ITEM_H_
