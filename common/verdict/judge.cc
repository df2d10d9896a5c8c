#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/proto_time.h"
#include "common/verdict/evaluation.h"
#include "common/verdict/evidence.h"
#include "common/verdict/verdict.h"

namespace muster::verdict {
namespace {

void AddEvidence(Evaluation& evaluation, v1::Verdict& verdict) {
  for (v1::Evidence& entry : evaluation.evidence()) *verdict.add_evidence() = std::move(entry);
}

// " Remedy: KB1, then KB2."
std::string RemedyText(const v1::Rule& rule) {
  if (rule.remedies().empty()) return "";
  return absl::StrCat(" Remedy: ",
                      absl::StrJoin(rule.remedies(), "; then ",
                                    [](std::string* out, const v1::Remedy& remedy) {
                                      absl::StrAppend(
                                          out, remedy.kb().empty() ? remedy.title() : remedy.kb());
                                    }),
                      ".");
}

std::string NotesText(const Evaluation& evaluation) {
  if (evaluation.notes().empty()) return "";
  return absl::StrCat(" (", absl::StrJoin(evaluation.notes(), "; "), ")");
}

// What to say of an affected machine's cure.
std::string CureText(const v1::Rule& rule, const Evaluation& cure, const Answer& remedied,
                     absl::Time at) {
  if (remedied.from <= at) {
    return absl::StrCat(" The remedy is in place and does not help against this.");
  }
  if (!remedied.known) {
    return absl::StrCat(" Whether the remedy is in place could not be seen: ",
                        absl::StrJoin(cure.missing(), "; "), ".", RemedyText(rule));
  }
  return RemedyText(rule);
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
  if (evaluation.failing_since()) {
    *verdict.mutable_breaks_at() = ToProto(*evaluation.failing_since());
    since = absl::StrCat(" since ", InstantText(*evaluation.failing_since()));
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
    Find(rule, at, affected.from, now, CureText(rule, cure, remedied, at), verdict);
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
