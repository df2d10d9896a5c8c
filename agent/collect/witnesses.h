// The three witnesses of which updates a machine has, compared: the update list, component based
// servicing, and the catalogs. They are never merged; where they disagree is what matters.
#ifndef MUSTER_AGENT_COLLECT_WITNESSES_H_
#define MUSTER_AGENT_COLLECT_WITNESSES_H_

#include <cstdint>
#include <set>
#include <string>

#include "common/item_set.h"

namespace muster::collect {

struct Witnesses {
  uint64_t installed_packages = 0;  // that servicing has, of updates
  uint64_t installed_updates = 0;   // their distinct KBs
  uint64_t only_in_list = 0;        // KBs that the update list has and servicing has not
  uint64_t only_in_servicing = 0;   // KBs the other way round
  uint64_t without_catalog = 0;     // installed packages of updates that no catalog is named after
};

// `listed` are the KBs of the update list; the sets hold v1::Package and v1::Catalog. Pure.
Witnesses CompareWitnesses(const std::set<std::string>& listed, const ItemSet& packages,
                           const ItemSet& catalogs);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_WITNESSES_H_
