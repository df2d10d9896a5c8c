#include "agent/collect/collect.h"

#include "agent/collect/catalogs.h"
#include "agent/collect/facts.h"
#include "agent/collect/incidents.h"
#include "agent/collect/packages.h"

namespace muster::collect {

Collection Collect(host::Host& host, const ProgressCallback& progress) {
  Collection collection;
  PackagesAndUpdates packages = CollectPackages(host, progress);
  collection.sets[v1::CATALOGS] = CollectCatalogs(host, progress);
  Incidents incidents = CollectIncidents(host, progress);
  Facts facts = DeriveFacts(packages.identities, incidents.servicing_stack);
  collection.sets[v1::PACKAGES] = std::move(packages.packages);
  collection.sets[v1::UPDATES] = std::move(packages.updates);
  collection.sets[v1::FACTS] = std::move(facts.facts);
  collection.attributes = std::move(facts.attributes);
  collection.incidents_outcome = std::move(incidents.outcome);
  collection.incidents = std::move(incidents.incidents);
  collection.logs = std::move(incidents.logs);
  return collection;
}

}  // namespace muster::collect
