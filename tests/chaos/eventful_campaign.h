// The campaign that is run again and again.
#ifndef MUSTER_TESTS_CHAOS_EVENTFUL_CAMPAIGN_H_
#define MUSTER_TESTS_CHAOS_EVENTFUL_CAMPAIGN_H_

#include "muster/v1/campaign.pb.h"

namespace muster::chaos {

// Over all machines, with a restart each, in three waves that are short and easily stopped: much
// can go wrong within seconds.
v1::CampaignSpec EventfulCampaign();

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_EVENTFUL_CAMPAIGN_H_
