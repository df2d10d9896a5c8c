#include "common/verdict/evaluation.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/verdict/evidence.h"

namespace muster::verdict {
namespace {

const char* KindText(v1::SetKind kind) {
  switch (kind) {
    case v1::UPDATES:
      return "the update list";
    case v1::PACKAGES:
      return "the servicing packages";
    case v1::CATALOGS:
      return "the servicing catalogs";
    case v1::FACTS:
      return "the facts about the installation";
    default:
      return "an inventory kind";
  }
}

absl::string_view InstalledText(v1::SetKind kind, v1::Package::State state) {
  if (kind == v1::UPDATES) return " is in the update list.";
  return state == v1::Package::PRESENT
             ? " has its package on the volume; the registry, which knows whether it is installed, "
               "was not asked."
             : " is installed: servicing has its package.";
}

}  // namespace

std::string OutcomeText(const v1::Outcome& outcome) {
  std::string text;
  switch (outcome.code()) {
    case v1::Outcome::OK:
      return "seen";
    case v1::Outcome::PARTIAL:
      text = "seen only in part";
      break;
    case v1::Outcome::UNSUPPORTED:
      text = "not there on this host";
      break;
    case v1::Outcome::DENIED:
      text = "access refused";
      break;
    case v1::Outcome::FAILED:
      text = "could not be read";
      break;
    default:
      return "not reported yet";
  }
  if (outcome.hresult() != 0) absl::StrAppend(&text, " ", HresultText(outcome.hresult()));
  return outcome.detail().empty() ? text : absl::StrCat(text, " (", outcome.detail(), ")");
}

Answer Evaluation::Evaluate(const Predicate& predicate) {
  switch (predicate.kind_case()) {
    case Predicate::kAllOf:
      return AllOf(predicate.all_of());
    case Predicate::kAnyOf:
      return AnyOf(predicate.any_of());
    case Predicate::kNot:
      return Not(predicate.not_());
    case Predicate::kCatalogFails:
      return CatalogFails(predicate.catalog_fails());
    case Predicate::kIncidentSeen:
      return IncidentSeen(predicate.incident_seen());
    case Predicate::kUpdateInstalled:
      return UpdateInstalled(predicate.update_installed());
    case Predicate::kFactIs:
      return FactIs(predicate.fact_is());
    case Predicate::kUpdateListBlind:
      return UpdateListBlind(predicate.update_list_blind());
    case Predicate::KIND_NOT_SET:
      break;
  }
  return {};
}

Answer Evaluation::AllOf(const Predicate::AllOf& all) {
  const size_t evidence_before = evidence_.size();
  Answer answer{absl::InfinitePast(), true};
  bool never = false;
  for (const Predicate& part : all.predicates()) {
    const Answer one = Evaluate(part);
    never = never || (one.known && !one.holds_some_day());
    answer = {std::max(answer.from, one.from), answer.known && one.known};
  }
  if (!answer.holds_some_day()) evidence_.resize(evidence_before);
  if (never) answer.known = true;
  return answer;
}

Answer Evaluation::AnyOf(const Predicate::AnyOf& any) {
  Answer answer;
  for (const Predicate& part : any.predicates()) {
    const Answer one = Evaluate(part);
    answer = {std::min(answer.from, one.from), answer.known && one.known};
  }
  return answer;
}

Answer Evaluation::Not(const Predicate& negated) {
  const size_t evidence_before = evidence_.size();
  const Answer one = Evaluate(negated);
  evidence_.resize(evidence_before);
  if (!one.known) return one;
  return {one.holds_some_day() ? absl::InfiniteFuture() : absl::InfinitePast(), true};
}

Answer Evaluation::CatalogFails(const Predicate::CatalogFails& fails) {
  Answer answer{absl::InfiniteFuture(), WasSeen(v1::CATALOGS)};
  const std::vector<const FailingCatalog*> failing = Failing(fails);
  if (failing.empty()) return answer;
  answer.from = failing.front()->fails_from;
  for (const FailingCatalog* catalog : failing) {
    failing_results_.insert(catalog->result);
    named_.push_back(catalog->name);
    if (catalog->fails_from > at_) continue;
    failing_since_ = std::min(failing_since_.value_or(catalog->fails_from), catalog->fails_from);
  }
  for (v1::Evidence& entry : CatalogEvidence(rule_, failing, at_, world_ == World::kWithoutCure)) {
    evidence_.push_back(std::move(entry));
  }
  return answer;
}

Answer Evaluation::UpdateInstalled(const Predicate::UpdateInstalled& installed) {
  for (const std::string& kb : installed.kbs()) {
    for (v1::SetKind kind : {v1::PACKAGES, v1::UPDATES}) {
      for (const auto& set : KindOf(kind).sets) {
        auto found = set->installed.find(kb);
        if (found == set->installed.end()) continue;
        v1::Evidence& entry = evidence_.emplace_back();
        entry.set_summary(absl::StrCat(kb, InstalledText(kind, found->second.state)));
        entry.set_count(1);
        entry.add_items(found->second.digest.ToBytes());
        return {absl::InfinitePast(), true};
      }
    }
  }
  return {absl::InfiniteFuture(), WasSeen(v1::PACKAGES)};
}

Answer Evaluation::FactIs(const Predicate::FactIs& fact) {
  const FoundFact* found = Fact(fact.name());
  if (found == nullptr) return {absl::InfiniteFuture(), WasSeen(v1::FACTS)};
  const auto& values = fact.values();
  if (std::find(values.begin(), values.end(), found->value) == values.end()) return {};
  v1::Evidence& entry = evidence_.emplace_back();
  entry.set_summary(absl::StrCat(fact.name(), " is ", found->value, "."));
  entry.set_count(1);
  entry.add_items(found->digest.ToBytes());
  return {absl::InfinitePast(), true};
}

const MachineView::Kind& Evaluation::KindOf(v1::SetKind kind) const {
  static const MachineView::Kind& none = *new MachineView::Kind();
  auto found = machine_.kinds.find(kind);
  return found == machine_.kinds.end() ? none : found->second;
}

const FoundFact* Evaluation::Fact(const std::string& name) const {
  const auto& sets = KindOf(v1::FACTS).sets;
  for (auto set = sets.rbegin(); set != sets.rend(); ++set) {  // the newest first
    auto found = (*set)->facts.find(name);
    if (found != (*set)->facts.end()) return &found->second;
  }
  return nullptr;
}

uint64_t Evaluation::InstalledPackages() const {
  uint64_t installed = 0;
  for (const auto& set : KindOf(v1::PACKAGES).sets) {
    installed = std::max(installed, set->installed_packages);
  }
  return installed;
}

bool Evaluation::WasSeen(v1::SetKind kind) {
  const MachineView::Kind& seen = KindOf(kind);
  uint64_t unreadable = 0;
  for (const auto& set : seen.sets) unreadable += set->unreadable;
  if (seen.outcome.code() != v1::Outcome::OK) {
    Miss(absl::StrCat(KindText(kind), ": ", OutcomeText(seen.outcome)));
  } else if (kind == v1::CATALOGS && NoCatalogThere()) {
    Miss(absl::StrCat(KindText(kind), ": none is there, though every Windows has some"));
  } else if (unreadable > 0) {
    Miss(absl::StrCat(KindText(kind), ": ", Counted(unreadable, "item"), " not understood"));
  } else {
    return true;
  }
  return false;
}

bool Evaluation::NoCatalogThere() const {
  const auto& sets = KindOf(v1::CATALOGS).sets;
  return std::all_of(sets.begin(), sets.end(), [](const auto& set) {
    return set->catalog_names.empty() && set->unreadable == 0;
  });
}

bool Evaluation::Names(const std::string& kb) const {
  return std::any_of(named_.begin(), named_.end(),
                     [&](absl::string_view name) { return NamesKb(name, kb); });
}

void Evaluation::Miss(const std::string& what) {
  if (std::find(missing_.begin(), missing_.end(), what) == missing_.end()) missing_.push_back(what);
}

}  // namespace muster::verdict
