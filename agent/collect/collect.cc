#include "agent/collect/collect.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "agent/collect/catalogs.h"
#include "agent/collect/facts.h"
#include "agent/collect/failed_updates.h"
#include "agent/collect/incidents.h"
#include "agent/collect/packages.h"
#include "agent/collect/update_list.h"
#include "agent/collect/witnesses.h"

namespace muster::collect {
namespace {

void Take(Incidents incidents, Collection& collection) {
  collection.incidents_outcome = std::move(incidents.outcome);
  collection.incidents = std::move(incidents.incidents);
  collection.logs = std::move(incidents.logs);
}

void Take(Facts facts, Collection& collection) {
  collection.sets[v1::FACTS] = std::move(facts.facts);
  collection.attributes = std::move(facts.attributes);
}

Collection CollectVolume(host::Host& host, const ProgressCallback& progress) {
  Collection collection;
  PackagesAndUpdates packages = CollectPackages(host, nullptr, progress);
  collection.sets[v1::CATALOGS] = CollectCatalogs(host, progress);
  Incidents incidents = CollectIncidents(host, nullptr, {}, {}, progress);
  Take(DeriveFacts(packages.identities, incidents.servicing_stack), collection);
  collection.sets[v1::PACKAGES] = std::move(packages.packages);
  collection.sets[v1::UPDATES] = std::move(packages.updates);
  Take(std::move(incidents), collection);
  return collection;
}

// The incident's own symptom, where it shows.
void NoteBlindness(const host::Answer<std::vector<host::UpdateRow>>& list,
                   const Witnesses& witnesses, v1::Outcome& outcome) {
  if (!list.complete() || !list.value.empty() || witnesses.installed_packages == 0) return;
  outcome.set_detail(
      absl::StrCat("The update list (Win32_QuickFixEngineering) gives 0 rows, though "
                   "servicing has ",
                   witnesses.installed_packages, " installed packages of ",
                   witnesses.installed_updates, " updates"));
}

Collection CollectSystem(host::Host& host, host::System& system, const ProgressCallback& progress,
                         CatalogTrust& trust, const AskingLimits& limits) {
  Collection collection;
  if (progress) progress("system", 0, 1);
  const SystemAnswers answers = AskSystem(system, limits);
  UpdateList list = ReadUpdateList(answers.update_list);
  PackagesAndUpdates packages = CollectPackages(host, &answers.packages, progress);
  CollectedSet catalogs = CollectCatalogs(host, progress);
  const auto& clock = answers.machine.value.clock;
  const TrustReport trust_report =
      trust.Ask(system, *catalogs.set, clock ? clock->now : absl::Now(), limits);
  const Witnesses witnesses = CompareWitnesses(list.kbs, *packages.packages.set, *catalogs.set);
  NoteBlindness(answers.update_list, witnesses, list.updates.outcome);
  Take(SystemFacts(answers, witnesses, trust_report), collection);
  collection.failed_updates = FailedUpdates(answers.update_history.value);
  Take(CollectIncidents(host, &system, limits.events, collection.failed_updates, progress),
       collection);
  collection.sets[v1::PACKAGES] = std::move(packages.packages);
  collection.sets[v1::UPDATES] = std::move(list.updates);
  collection.sets[v1::CATALOGS] = std::move(catalogs);
  collection.install_dates = std::move(list.install_dates);
  if (clock) collection.utc_offset = clock->utc_offset;
  return collection;
}

}  // namespace

Collection Collect(host::Host& host, host::System* system, const ProgressCallback& progress,
                   CatalogTrust* trust, const AskingLimits& limits) {
  if (system == nullptr) return CollectVolume(host, progress);
  CatalogTrust own;
  return CollectSystem(host, *system, progress, trust != nullptr ? *trust : own, limits);
}

}  // namespace muster::collect
