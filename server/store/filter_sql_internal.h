// From a checked filter to an SQL condition with bound parameters.
#ifndef MUSTER_SERVER_STORE_FILTER_SQL_INTERNAL_H_
#define MUSTER_SERVER_STORE_FILTER_SQL_INTERNAL_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/proto_time.h"
#include "muster/v1/verdict.pb.h"
#include "server/inventory/filter.h"
#include "server/store/values_internal.h"

namespace muster::store {

// Text parameters of a statement; the statement casts them.
class SqlParams {
 public:
  // Binds a value and answers its placeholder with a cast: "$3::bigint".
  std::string Bind(absl::string_view value, absl::string_view type);
  std::string BindTime(absl::Time time);
  std::string BindBytes(absl::string_view bytes);

  const std::vector<std::string>& values() const { return values_; }

 private:
  std::vector<std::string> values_;
};

// When a question is about: what stands, told at `time`; or, with `as_of`, what stood at `time`.
struct Moment {
  absl::Time time;
  bool as_of = false;
};

// That a request with an as_of is about.
template <typename Request>
Moment MomentOf(const Request& request, absl::Time now) {
  return {StorableTime(request.has_as_of() ? FromProto(request.as_of()) : now),
          request.has_as_of()};
}

// That a row with valid_from and valid_to stands at the moment. `row`: "" or the table's alias and
// a dot.
std::string StandsSql(SqlParams& params, absl::string_view row, const Moment& moment);

// SQL of a machine's verdict rank (verdict_rank in the schema) within a MachineSource.
inline constexpr char kRankSql[] = "coalesce(v.rank, 4)";
v1::Verdict::State StateOfRank(int rank);

// "machines m LEFT JOIN … v": machines with the rank and the earliest breaks_at of their verdicts
// by `rule`, or of all rules where that is empty. With `as_of`, machines that had a verdict then.
std::string MachineSource(SqlParams& params, const std::string& rule, const Moment& moment);

// The condition over a MachineSource that `filter` stands for. Its `rule` comparisons must have
// been taken out (RuleOf).
std::string ConditionSql(SqlParams& params, const inventory::FilterExpression& filter,
                         const Moment& moment);

// The rule that `verdict` and `breaks_at` mean in a request: what the request names, or a `rule =
// "…"` that the filter's other conditions are joined to by AND. Such comparisons are taken out of
// `filter`. INVALID_ARGUMENT where `rule` stands anywhere else, or two rules are named.
absl::StatusOr<std::string> TakeRule(inventory::FilterExpression& filter,
                                     const std::string& requested);

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_FILTER_SQL_INTERNAL_H_
