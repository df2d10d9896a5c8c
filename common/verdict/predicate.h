// Predicates as data: walking them, checking them, and what can be said of them without a machine.
#ifndef MUSTER_COMMON_VERDICT_PREDICATE_H_
#define MUSTER_COMMON_VERDICT_PREDICATE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "muster/v1/inventory.pb.h"
#include "muster/v1/verdict.pb.h"

namespace muster::verdict {

// Calls back for every predicate that is not a combination of others, in the order they are
// written.
void ForEachLeaf(const v1::Predicate& predicate,
                 const std::function<void(const v1::Predicate&)>& on_leaf);

// INVALID_ARGUMENT where a predicate is empty, a list that must name something names nothing, a KB
// is not spelled as one, or a negation stands over something that has a clock (a catalog, a log
// record): "has not failed yet" is no cure.
absl::Status CheckPredicate(const v1::Predicate& predicate);

// True where every condition that `seen` sets matches.
bool Matches(const v1::Predicate::IncidentSeen& seen, const v1::IncidentSignature& signature);

// True where `catalog` names no code or class, or these.
bool Matches(const v1::Predicate::CatalogFails& fails, uint32_t hresult,
             v1::Catalog::Result result);

// "KB" and digits.
bool IsKb(const std::string& text);

}  // namespace muster::verdict

#endif  // MUSTER_COMMON_VERDICT_PREDICATE_H_
