#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/proto_time.h"
#include "common/verdict/evaluation.h"
#include "common/verdict/evidence.h"
#include "common/verdict/predicate.h"
#include "common/verdict/verdict.h"

namespace muster::verdict {
namespace {

void AddEvidence(Evaluation& evaluation, v1::Verdict& verdict) {
  for (v1::Evidence& entry : evaluation.evidence()) *verdict.add_evidence() = std::move(entry);
}

bool IsCure(const v1::Rule& rule, const std::string& kb) {
  bool is_cure = false;
  ForEachLeaf(rule.remedied_when(), [&](const v1::Predicate& leaf) {
    const auto& kbs = leaf.update_installed().kbs();
    is_cure = is_cure || std::find(kbs.begin(), kbs.end(), kb) != kbs.end();
  });
  return is_cure;
}

bool IsKnownUpdate(const v1::Rule& rule, const std::string& kb) {
  return std::any_of(rule.known_updates().begin(), rule.known_updates().end(),
                     [&](const v1::KnownUpdate& known) { return known.kb() == kb; });
}

// Whether the cure helps against some of what was found: where only logs or a blind list speak, the
// class is not known, and it may.
bool CuresSome(const v1::Rule& rule, const Evaluation& found) {
  const auto& results = found.failing_results();
  return results.empty() || std::any_of(rule.cures().begin(), rule.cures().end(),
                                        [&](int cured) { return results.contains(cured); });
}

// Whether to advise it: the cure against what it cures, the re-release of a known update to who has
// the update, any other remedy always.
bool Helps(const v1::Rule& rule, const v1::Remedy& remedy, const Evaluation& found, bool cured) {
  if (remedy.kb().empty()) return true;
  if (IsCure(rule, remedy.kb())) return !cured && CuresSome(rule, found);
  return !IsKnownUpdate(rule, remedy.kb()) || found.Names(remedy.kb());
}

void AddRemedies(const v1::Rule& rule, const Evaluation& found, bool cured, v1::Verdict& verdict) {
  for (const v1::Remedy& remedy : rule.remedies()) {
    if (!Helps(rule, remedy, found, cured)) continue;
    verdict.add_remedies(remedy.kb().empty() ? remedy.title() : remedy.kb());
  }
}

// " Remedy: KB1; then KB2."
std::string RemedyText(const v1::Rule& rule, const v1::Verdict& verdict) {
  if (rule.remedies().empty()) return "";
  if (verdict.remedies().empty()) {
    return " No update is known that cures this: put a later release in the place of the one that "
           "the catalog belongs to.";
  }
  return absl::StrCat(" Remedy: ", absl::StrJoin(verdict.remedies(), "; then "), ".");
}

std::string NotesText(const Evaluation& evaluation) {
  if (evaluation.notes().empty()) return "";
  return absl::StrCat(" (", absl::StrJoin(evaluation.notes(), "; "), ")");
}

// What to say of an affected machine's cure.
std::string CureText(const v1::Rule& rule, const Evaluation& cure, const Answer& remedied,
                     absl::Time at, const v1::Verdict& verdict) {
  const std::string remedies = RemedyText(rule, verdict);
  if (remedied.from <= at) {
    return absl::StrCat(" The remedy is in place and does not help against this.", remedies);
  }
  if (remedied.known) return remedies;
  return absl::StrCat(" Whether the remedy is in place could not be seen: ",
                      absl::StrJoin(cure.missing(), "; "), ".", remedies);
}

void Find(const v1::Rule& rule, absl::Time at, absl::Time from, Evaluation& evaluation,
          const std::string& cure, v1::Verdict& verdict) {
  AddEvidence(evaluation, verdict);
  if (from > at) {
    verdict.set_state(v1::Verdict::AT_RISK);
    *verdict.mutable_breaks_at() = ToProto(from);
    verdict.set_explanation(
        absl::StrCat("At risk: ", rule.title(), " strikes at ", InstantText(from), ".", cure));
    return;
  }
  verdict.set_state(v1::Verdict::AFFECTED);
  std::string since;
  if (const auto failing_since = evaluation.failing_since()) {
    *verdict.mutable_breaks_at() = ToProto(*failing_since);
    since = absl::StrCat(" since ", InstantText(*failing_since));
  }
  verdict.set_explanation(absl::StrCat("Affected", since, ": ", rule.title(), ".", cure));
}

v1::Verdict JudgeRule(const v1::Rule& rule, const MachineView& machine, absl::Time at) {
  v1::Verdict verdict;
  verdict.set_rule(rule.id());
  Evaluation cure(rule, machine, at, World::kAsIs);
  const Answer remedied = rule.has_remedied_when() ? cure.Evaluate(rule.remedied_when()) : Answer{};
  const bool cured = remedied.from <= at;

  Evaluation now(rule, machine, at, cured ? World::kCured : World::kAsIs);
  const Answer affected = now.Evaluate(rule.affected_when());
  if (affected.holds_some_day()) {
    AddRemedies(rule, now, cured, verdict);
    Find(rule, at, affected.from, now, CureText(rule, cure, remedied, at, verdict), verdict);
    if (cured) AddEvidence(cure, verdict);
    return verdict;
  }
  if (cured) {
    Evaluation without(rule, machine, at, World::kWithoutCure);
    if (without.Evaluate(rule.affected_when()).holds_some_day()) {
      verdict.set_state(v1::Verdict::FIXED);
      AddEvidence(cure, verdict);
      AddEvidence(without, verdict);
      verdict.set_explanation(absl::StrCat("Fixed: the remedy against ", rule.title(),
                                           " is in place", NotesText(now), "."));
      return verdict;
    }
  }
  if (!affected.known) {
    verdict.set_state(v1::Verdict::UNKNOWN);
    for (const std::string& missing : now.missing()) verdict.add_missing(missing);
    verdict.set_explanation(absl::StrCat("Could not tell whether this is affected by ",
                                         rule.title(), ": ", absl::StrJoin(now.missing(), "; "),
                                         "."));
    return verdict;
  }
  verdict.set_state(v1::Verdict::CLEAN);
  verdict.set_explanation(absl::StrCat("Clean: no sign of ", rule.title(), NotesText(now), "."));
  return verdict;
}

}  // namespace

std::vector<v1::Verdict> Judge(const RuleBook& rules, const MachineView& machine, absl::Time at) {
  std::vector<v1::Verdict> verdicts;
  verdicts.reserve(rules.rules().size());
  for (const v1::Rule& rule : rules.rules()) verdicts.push_back(JudgeRule(rule, machine, at));
  return verdicts;
}

}  // namespace muster::verdict
