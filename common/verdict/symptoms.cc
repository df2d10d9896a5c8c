// The parts of Evaluation that weigh witnesses against each other: catalogs, log records and the
// update list's probe.
#include <algorithm>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/verdict/evaluation.h"
#include "common/verdict/evidence.h"
#include "common/verdict/predicate.h"

namespace muster::verdict {
namespace {

bool AsksForCatalogs(const v1::Rule& rule) {
  bool asks = false;
  ForEachLeaf(rule.affected_when(),
              [&](const v1::Predicate& leaf) { asks = asks || leaf.has_catalog_fails(); });
  return asks;
}

bool AsksForUpdateList(const v1::Rule& rule) {
  bool asks = false;
  ForEachLeaf(rule.affected_when(),
              [&](const v1::Predicate& leaf) { asks = asks || leaf.has_update_list_blind(); });
  return asks;
}

}  // namespace

bool Evaluation::IsImmune(const FailingCatalog& catalog) const {
  return world_ == World::kCured && std::find(rule_.cures().begin(), rule_.cures().end(),
                                              catalog.result) != rule_.cures().end();
}

std::vector<const FailingCatalog*> Evaluation::Failing(const Predicate::CatalogFails& fails) const {
  std::vector<const FailingCatalog*> failing;
  const auto& sets = KindOf(v1::CATALOGS).sets;
  for (const auto& set : sets) {
    for (const FailingCatalog& catalog : set->failing_catalogs) {
      if (Matches(fails, catalog.hresult, catalog.result) && !IsImmune(catalog)) {
        failing.push_back(&catalog);
      }
    }
  }
  if (sets.size() < 2) return failing;
  std::sort(failing.begin(), failing.end(), [](const auto* a, const auto* b) {
    return std::tie(a->fails_from, a->digest) < std::tie(b->fails_from, b->digest);
  });
  auto same = [](const auto* a, const auto* b) { return a->digest == b->digest; };
  failing.erase(std::unique(failing.begin(), failing.end(), same), failing.end());
  return failing;
}

Evaluation::NamedCatalog Evaluation::CatalogNamedBy(const v1::IncidentSignature& signature) {
  if (!failing_names_) {
    failing_names_.emplace();
    for (const auto& set : KindOf(v1::CATALOGS).sets) {
      for (const FailingCatalog& catalog : set->failing_catalogs) {
        if (catalog.fails_from <= at_ && !IsImmune(catalog)) failing_names_->insert(catalog.key);
      }
    }
  }
  std::string name;
  if (absl::EndsWithIgnoreCase(signature.file(), ".cat")) {
    name = signature.file();
  } else if (!signature.package().empty()) {
    name = signature.package() + ".cat";
  } else {
    return NamedCatalog::kNone;
  }
  const NameKey key = NameKeyOf(name);
  if (failing_names_->contains(key)) return NamedCatalog::kFails;
  for (const auto& set : KindOf(v1::CATALOGS).sets) {
    if (set->catalog_names.contains(key)) return NamedCatalog::kVerifies;
  }
  return NamedCatalog::kNone;
}

Answer Evaluation::IncidentSeen(const Predicate::IncidentSeen& seen) {
  Answer answer{absl::InfiniteFuture(), LogWasSeen()};
  const bool settled_by_cure = world_ == World::kCured && !HasSymptomNow();
  const bool settled_by_probe = world_ != World::kWithoutCure && ProbeIsHealthy();
  std::vector<const MachineView::Record*> counted;
  uint64_t only_witness = 0;
  uint64_t settled = 0;
  for (const MachineView::Record& record : machine_.records) {
    if (record.first > at_ || !Matches(seen, *record.signature)) continue;
    const NamedCatalog named = seen.refuted_by_verified_catalog()
                                   ? CatalogNamedBy(*record.signature)
                                   : NamedCatalog::kFails;
    if (settled_by_cure || settled_by_probe || named == NamedCatalog::kVerifies) {
      settled += record.count;
      continue;
    }
    if (named == NamedCatalog::kNone) only_witness += record.count;
    counted.push_back(&record);
    named_.push_back(record.signature->package().empty() ? record.signature->file()
                                                         : record.signature->package());
    answer.from = std::min(answer.from, record.first);
  }
  if (!counted.empty()) evidence_.push_back(RecordEvidence(rule_, counted, only_witness));
  if (settled > 0) {
    notes_.push_back(absl::StrCat(Counted(settled, "log record"), " of the past no longer ",
                                  settled == 1 ? "counts" : "count", ": ",
                                  settled_by_cure    ? "the remedy is in place"
                                  : settled_by_probe ? "the update list can be read"
                                                     : "the catalogs that they name verify"));
  }
  return answer;
}

bool Evaluation::LogWasSeen() {
  const v1::Outcome& outcome = machine_.incidents_outcome;
  switch (outcome.code()) {
    case v1::Outcome::OK:
      return true;
    case v1::Outcome::PARTIAL:
    case v1::Outcome::UNSUPPORTED:
      if (AsksForCatalogs(rule_) && KindOf(v1::CATALOGS).outcome.code() == v1::Outcome::OK &&
          !NoCatalogThere()) {
        const std::string note = absl::StrCat("the logs: ", OutcomeText(outcome));
        if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(note);
        return true;
      }
      break;
    default:
      break;
  }
  Miss(absl::StrCat("the servicing logs: ", OutcomeText(outcome)));
  return false;
}

bool Evaluation::HasSymptomNow() const {
  bool symptom = false;
  ForEachLeaf(rule_.affected_when(), [&](const Predicate& leaf) {
    if (symptom) return;
    if (leaf.has_update_list_blind()) symptom = IsBlind(leaf.update_list_blind());
    if (leaf.has_catalog_fails()) {
      const auto failing = Failing(leaf.catalog_fails());
      symptom = !failing.empty() && failing.front()->fails_from <= at_;
    }
  });
  return symptom;
}

bool Evaluation::ProbeIsHealthy() const {
  if (!AsksForUpdateList(rule_) || KindOf(v1::FACTS).outcome.code() != v1::Outcome::OK)
    return false;
  const FoundFact* outcome = Fact(kQfeOutcomeFact);
  const FoundFact* rows = Fact(kQfeRowsFact);
  uint64_t count = 0;
  return outcome != nullptr && outcome->value == "OK" && rows != nullptr &&
         absl::SimpleAtoi(rows->value, &count) && count > 0;
}

bool Evaluation::IsBlind(const Predicate::UpdateListBlind& blind) const {
  const FoundFact* outcome = Fact(kQfeOutcomeFact);
  const FoundFact* rows = Fact(kQfeRowsFact);
  return outcome != nullptr && outcome->value == "OK" && rows != nullptr && rows->value == "0" &&
         InstalledPackages() >= blind.min_installed_packages();
}

Answer Evaluation::UpdateListBlind(const Predicate::UpdateListBlind& blind) {
  if (IsBlind(blind)) {
    AddBlindEvidence();
    return {absl::InfinitePast(), true};
  }
  const v1::Outcome& facts = KindOf(v1::FACTS).outcome;
  const bool unread = facts.code() == v1::Outcome::DENIED || facts.code() == v1::Outcome::FAILED;
  const FoundFact* outcome = Fact(kQfeOutcomeFact);
  if (outcome == nullptr || outcome->value == "UNSUPPORTED") {  // no such list was ever seen here
    if (unread) notes_.push_back(absl::StrCat("the facts: ", OutcomeText(facts)));
    return {};
  }
  if (unread) return {absl::InfiniteFuture(), WasSeen(v1::FACTS)};
  const FoundFact* rows = Fact(kQfeRowsFact);
  uint64_t count = 0;
  if (outcome->value != "OK" || rows == nullptr || !absl::SimpleAtoi(rows->value, &count)) {
    Miss(absl::StrCat("the update list's probe ended ", outcome->value));
    return {absl::InfiniteFuture(), false};
  }
  return {absl::InfiniteFuture(), count > 0 || WasSeen(v1::PACKAGES)};
}

void Evaluation::AddBlindEvidence() {
  v1::Evidence& entry = evidence_.emplace_back();
  const uint64_t installed = InstalledPackages();
  entry.set_summary(absl::StrCat("The update list (Win32_QuickFixEngineering) gives 0 rows though ",
                                 "servicing has ", Counted(installed, "installed package"),
                                 " of updates."));
  entry.set_count(installed);
  entry.add_items(Fact(kQfeRowsFact)->digest.ToBytes());
  for (const auto& set : KindOf(v1::PACKAGES).sets) {
    for (const Digest& digest : set->installed_package_samples) {
      if (entry.items_size() == static_cast<int>(kMaxReferences)) return;
      entry.add_items(digest.ToBytes());
    }
  }
}

}  // namespace muster::verdict
