// How a campaign goes on: the waves, their thresholds and the breaker. Pure: from what is to what
// is next.
#ifndef MUSTER_SERVER_CAMPAIGN_ENGINE_H_
#define MUSTER_SERVER_CAMPAIGN_ENGINE_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "muster/v1/campaign.pb.h"
#include "server/campaign/store.h"

namespace muster::campaign {

// How a wave's machines did, of those that reported. What an operator has accepted counts neither
// way.
struct Score {
  int64_t good = 0;
  int64_t bad = 0;  // failed, refused, or relapsed after success
  int64_t reported() const { return good + bad; }
};
Score ScoreOf(const WaveRow& wave);

// The campaign's next step.
struct Decision {
  enum class Kind {
    kNothing,  // wait
    kStart,    // `wave` begins
    kSoak,     // `wave` is through, and is watched
    kFinish,   // `wave` is done
    kPause,    // for `reason`
    kComplete,
  };
  Kind kind = Kind::kNothing;
  int wave = 0;  // number, from 1
  v1::Campaign::PauseReason reason = v1::Campaign::PAUSE_REASON_UNSPECIFIED;
  std::string detail;
};

// Of a RUNNING campaign. `waves` in order, as many as `policies`. The breaker comes before
// everything else: no wave begins and no order is offered past it.
Decision Decide(const google::protobuf::RepeatedPtrField<v1::WavePolicy>& policies,
                const std::vector<WaveRow>& waves, absl::Time now);

// How many more orders of this wave may be offered now.
int64_t FreeSlots(const v1::WavePolicy& policy, const WaveRow& wave);

// What a report makes of an order. An order never goes back, and an end stays, but for one: an
// order that FAILED because its deadline passed takes the truth when it comes late. SUCCEEDED comes
// of a scan after the action and of nothing else.
OrderRow Judge(const ReportedOrder& reported, absl::Time now);

}  // namespace muster::campaign

#endif  // MUSTER_SERVER_CAMPAIGN_ENGINE_H_
