// How many machines had which verdict, over time. Pure.
#ifndef MUSTER_SERVER_INVENTORY_VERDICT_HISTORY_H_
#define MUSTER_SERVER_INVENTORY_VERDICT_HISTORY_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "muster/v1/overview.pb.h"
#include "muster/v1/verdict.pb.h"

namespace muster::inventory {

// One machine's verdict by one rule, from one instant to another.
struct VerdictSpan {
  absl::string_view machine;
  absl::Time from;
  absl::Time to = absl::InfiniteFuture();
  v1::Verdict::State state = v1::Verdict::UNKNOWN;
  std::optional<absl::Time> breaks_at;
};

// Evenly spaced from `start` to `end`, both included; 1 to 500 of them.
std::vector<absl::Time> Instants(absl::Time start, absl::Time end, int points);

// Counts spans that come machine by machine. AT_RISK whose instant has come counts as AFFECTED; of
// several rules the worst counts.
class VerdictHistory {
 public:
  explicit VerdictHistory(std::vector<absl::Time> instants);

  void Add(const VerdictSpan& span);
  v1::ListVerdictHistoryResponse Finish();

 private:
  void Count();

  const std::vector<absl::Time> instants_;
  std::string machine_;
  std::vector<int> worst_;                    // by instant: index into the states, worst first
  std::vector<std::vector<int64_t>> counts_;  // by instant, then state
};

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_VERDICT_HISTORY_H_
