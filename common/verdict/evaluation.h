// A rule's predicates, evaluated over one machine at one instant.
#ifndef MUSTER_COMMON_VERDICT_EVALUATION_H_
#define MUSTER_COMMON_VERDICT_EVALUATION_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/time/time.h"
#include "common/verdict/findings.h"
#include "common/verdict/verdict.h"

namespace muster::verdict {

// The instant from which a predicate holds: infinite past where it always did, infinite future
// where it never will. Not known: what was seen does not make it hold, and not everything was seen.
struct Answer {
  absl::Time from = absl::InfiniteFuture();
  bool known = true;

  bool holds_some_day() const { return from != absl::InfiniteFuture(); }
};

// The machine that is looked at.
enum class World {
  kAsIs,   // as it is, without the rule's cure
  kCured,  // as it is, with the rule's cure: it immunises catalogs and settles what logs say of the
           // past
  kWithoutCure,  // as it would be if the cure were not there
};

// Evaluates once; collects the evidence as it goes. Refers to its arguments, which must outlive it.
// Not thread-safe.
class Evaluation {
 public:
  Evaluation(const v1::Rule& rule, const MachineView& machine, absl::Time at, World world)
      : rule_(rule), machine_(machine), at_(at), world_(world) {}

  Answer Evaluate(const v1::Predicate& predicate);

  // Of the predicates that held.
  std::vector<v1::Evidence>& evidence() { return evidence_; }
  // What was not seen though it was looked for.
  const std::vector<std::string>& missing() const { return missing_; }
  // Said beside the verdict: sources that were not there, records that no longer count.
  const std::vector<std::string>& notes() const { return notes_; }
  // Of the failing catalogs that made a predicate hold.
  const absl::flat_hash_set<int>& failing_results() const { return failing_results_; }
  // True where a failing catalog or a counted record names a package of this update.
  bool Names(const std::string& kb) const;
  // Since when catalogs fail that make the machine affected at the instant; unset where none says,
  // as with one that never verified.
  std::optional<absl::Time> failing_since() const {
    return failing_since_ == absl::InfinitePast() ? std::nullopt : failing_since_;
  }

 private:
  using Predicate = v1::Predicate;

  Answer AllOf(const Predicate::AllOf& all);
  Answer AnyOf(const Predicate::AnyOf& any);
  Answer Not(const Predicate& negated);
  Answer CatalogFails(const Predicate::CatalogFails& fails);
  Answer IncidentSeen(const Predicate::IncidentSeen& seen);
  Answer UpdateInstalled(const Predicate::UpdateInstalled& installed);
  Answer FactIs(const Predicate::FactIs& fact);
  Answer UpdateListBlind(const Predicate::UpdateListBlind& blind);

  // The catalogs that fail some day in this world, earliest first, each once.
  std::vector<const FailingCatalog*> Failing(const Predicate::CatalogFails& fails) const;
  bool IsImmune(const FailingCatalog& catalog) const;
  enum class NamedCatalog { kNone, kVerifies, kFails };
  NamedCatalog CatalogNamedBy(const v1::IncidentSignature& signature);
  // A catalog fails at the instant, or the update list is blind.
  bool HasSymptomNow() const;
  // The update list was read just now, and is not empty.
  bool ProbeIsHealthy() const;
  bool IsBlind(const Predicate::UpdateListBlind& blind) const;
  bool LogWasSeen();
  void AddBlindEvidence();

  const MachineView::Kind& KindOf(v1::SetKind kind) const;
  uint64_t InstalledPackages() const;
  const FoundFact* Fact(const std::string& name) const;
  // Notes what is missing of `kind` unless all was seen.
  bool WasSeen(v1::SetKind kind);
  bool NoCatalogThere() const;
  void Miss(const std::string& what);

  const v1::Rule& rule_;
  const MachineView& machine_;
  const absl::Time at_;
  const World world_;
  std::optional<absl::flat_hash_set<NameKey>> failing_names_;  // at the instant, once asked for
  std::vector<v1::Evidence> evidence_;
  std::vector<std::string> missing_;
  std::vector<std::string> notes_;
  std::optional<absl::Time> failing_since_;
  absl::flat_hash_set<int> failing_results_;  // v1::Catalog::Result
  std::vector<absl::string_view> named_;      // what the evidence names, in the findings' keeping
};

// "could not be read (detail)": how an outcome other than OK is told.
std::string OutcomeText(const v1::Outcome& outcome);

}  // namespace muster::verdict

#endif  // MUSTER_COMMON_VERDICT_EVALUATION_H_
