// Which of two verdicts a person looks at first.
#ifndef MUSTER_COMMON_VERDICT_STATE_ORDER_H_
#define MUSTER_COMMON_VERDICT_STATE_ORDER_H_

#include "muster/v1/verdict.pb.h"

namespace muster::verdict {

// AFFECTED before AT_RISK, REMEDIATING, UNKNOWN, FIXED, CLEAN, and those before anything else. The
// database's verdict_rank has the same order.
bool IsWorse(v1::Verdict::State a, v1::Verdict::State b);

}  // namespace muster::verdict

#endif  // MUSTER_COMMON_VERDICT_STATE_ORDER_H_
