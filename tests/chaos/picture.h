// A campaign's rows at one instant, and what must hold of them. Pure.
#ifndef MUSTER_TESTS_CHAOS_PICTURE_H_
#define MUSTER_TESTS_CHAOS_PICTURE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "muster/v1/campaign.pb.h"
#include "muster/v1/order.pb.h"

namespace muster::chaos {

struct Picture {
  struct Wave {
    v1::Wave::State state = v1::Wave::PENDING;
    bool waived = false;
  };
  struct Order {
    int wave = 1;
    uint32_t attempt = 1;
    v1::OrderStatus::State state = v1::OrderStatus::SCHEDULED;
    bool offered = false, relapsed = false, accepted = false;
  };
  v1::Campaign::State state = v1::Campaign::STATE_UNSPECIFIED;
  std::vector<Wave> waves;
  std::vector<Order> orders;  // by wave and leaf: each has the same place in every picture
};

// "RUNNING; wave 1 DONE: 3 SUCCEEDED; wave 2 ACTIVE: 8 OFFERED, 10 RUNNING".
std::string Describe(const Picture& picture);

// What does not hold, in words. Of one instant …
std::vector<std::string> Breaches(const v1::CampaignSpec& spec, const Picture& now);
// … and of two, between which no operator did anything. Whatever can have come about in between by
// right is none: a result may have come just before a step and another just after it.
std::vector<std::string> Breaches(const v1::CampaignSpec& spec, const Picture& before,
                                  const Picture& now);

}  // namespace muster::chaos

#endif  // MUSTER_TESTS_CHAOS_PICTURE_H_
