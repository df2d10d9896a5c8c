// What the update list's probe answered, from the facts qfe.* (docs/formats/facts.md).
#ifndef MUSTER_COMMON_VERDICT_UPDATE_LIST_H_
#define MUSTER_COMMON_VERDICT_UPDATE_LIST_H_

namespace muster::verdict {

// How many rows the query gave, decimal.
inline constexpr char kQfeRowsFact[] = "qfe.rows";
// How the query ended, as Outcome.Code spells it: "OK", "FAILED", …
inline constexpr char kQfeOutcomeFact[] = "qfe.outcome";

}  // namespace muster::verdict

#endif  // MUSTER_COMMON_VERDICT_UPDATE_LIST_H_
