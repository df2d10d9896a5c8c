// The facts of one installation as a set, and the words that versions have.
#ifndef MUSTER_AGENT_COLLECT_FACT_SET_H_
#define MUSTER_AGENT_COLLECT_FACT_SET_H_

#include <string>

#include "absl/strings/string_view.h"
#include "agent/collect/set_builder.h"

namespace muster::collect {

// Not thread-safe.
class FactSet {
 public:
  // Answers the value as it is kept: valid UTF-8, at most 256 bytes.
  std::string Add(absl::string_view name, absl::string_view value);
  OutcomeTally& tally() { return builder_.tally(); }
  CollectedSet Finish() { return builder_.Finish(); }

 private:
  SetBuilder builder_{v1::FACTS, "facts"};
};

// "Windows 7 SP1" of "6.1.7601"; empty for versions without a name here.
absl::string_view ClientName(absl::string_view version);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_FACT_SET_H_
