// From rules and what was observed to verdicts. Pure functions: the offline scan and the server
// share them. How a verdict comes about, in prose: docs/verdicts.md.
#ifndef MUSTER_COMMON_VERDICT_VERDICT_H_
#define MUSTER_COMMON_VERDICT_VERDICT_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "common/digest.h"
#include "common/item_set.h"
#include "muster/v1/inventory.pb.h"
#include "muster/v1/verdict.pb.h"

namespace muster::verdict {

// Rules, checked. Immutable, shared between threads.
class RuleBook {
 public:
  // `texts` are (name for messages, textproto of one Rule). INVALID_ARGUMENT says which file, and
  // what is wrong: not parseable, no id, two of one id, an empty predicate, a list that is empty.
  static absl::StatusOr<std::shared_ptr<const RuleBook>> Parse(
      absl::Span<const std::pair<std::string, std::string>> texts);
  // Reads every *.textproto of a directory.
  static absl::StatusOr<std::shared_ptr<const RuleBook>> Load(const std::string& directory);

  const std::vector<v1::Rule>& rules() const { return rules_; }
  // Of all rules and of the way they are evaluated: verdicts given by one digest need not be given
  // again.
  const Digest& digest() const { return digest_; }

 private:
  RuleBook() = default;
  std::vector<v1::Rule> rules_;
  Digest digest_;
};

// What the rules find in one set, whichever machine holds it: examined once per distinct set.
class SetFindings;
std::shared_ptr<const SetFindings> Examine(const RuleBook& rules, v1::SetKind kind,
                                           absl::Span<const Item> items);

// True where some rule looks for records of this signature.
bool IsOfInterest(const RuleBook& rules, const v1::IncidentSignature& signature);

// A machine, as far as verdicts go.
struct MachineView {
  struct Kind {
    v1::Outcome outcome;  // of the last collection; CODE_UNSPECIFIED where there was none
    // The standing set, and the partial one seen last where there is one.
    std::vector<std::shared_ptr<const SetFindings>> sets;
  };
  struct Record {
    Digest digest;  // of the serialized signature
    std::shared_ptr<const v1::IncidentSignature> signature;
    absl::Time first;
    absl::Time last;
    uint64_t count = 0;
  };
  std::map<v1::SetKind, Kind> kinds;
  v1::Outcome incidents_outcome;
  std::vector<Record> records;  // those of interest; others may be left out
};

// One verdict a rule, in the rules' order, as of `at`. Evidence holds references, counts and
// sentences, not the observations themselves. A verdict of AT_RISK is AFFECTED from its breaks_at
// on without being judged again.
std::vector<v1::Verdict> Judge(const RuleBook& rules, const MachineView& machine, absl::Time at);

}  // namespace muster::verdict

#endif  // MUSTER_COMMON_VERDICT_VERDICT_H_
