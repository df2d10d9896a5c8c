// Causes of failure in words: what happened, and what to do. Pure.
#ifndef MUSTER_SERVER_CAMPAIGN_FAILURE_WORDS_H_
#define MUSTER_SERVER_CAMPAIGN_FAILURE_WORDS_H_

#include "muster/v1/campaign.pb.h"

namespace muster::campaign {

// Fills in code_name, meaning and advice from cause and code.
void Explain(v1::FailureGroup& group);

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_FAILURE_WORDS_H_
