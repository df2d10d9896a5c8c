#include "tests/chaos/eventful_campaign.h"

#include "absl/time/time.h"
#include "common/proto_time.h"

namespace muster::chaos {

v1::CampaignSpec EventfulCampaign() {
  v1::CampaignSpec spec;
  spec.set_title("chaos");
  spec.set_filter("last_seen:*");
  spec.set_rule("expired-catalog");
  spec.mutable_action()->mutable_remove_update()->set_kb("KB2705219");
  spec.set_max_attempts(10);
  *spec.mutable_restart()->mutable_notice() = ToProto(absl::Milliseconds(100));
  // An agent that was killed meanwhile takes a restart that is still to come for called off.
  *spec.mutable_restart()->mutable_deferral() = ToProto(absl::Seconds(1));
  spec.mutable_restart()->set_when(v1::RestartPolicy::IF_NEEDED);
  for (const uint32_t percent : {5u, 30u, 0u}) {
    v1::WavePolicy& wave = *spec.add_waves();
    if (percent > 0) {
      wave.set_percent(percent);
    } else {
      wave.set_rest(true);
    }
    wave.set_concurrency(200);
    wave.set_success_percent(80);
    wave.set_error_percent(20);
    wave.set_min_sample(10);
    *wave.mutable_soak() = ToProto(absl::Milliseconds(500));
    *wave.mutable_deadline() = ToProto(absl::Minutes(1));
    *wave.mutable_offline_after() = ToProto(absl::Seconds(15));
  }
  return spec;
}

}  // namespace muster::chaos
