#include "tests/chaos/picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::chaos {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Status = v1::OrderStatus;

// Three machines in the first wave, two in the second; four of five must succeed.
class PictureTest : public ::testing::Test {
 protected:
  PictureTest() {
    for (int i = 0; i < 2; ++i) {
      v1::WavePolicy& wave = *spec_.add_waves();
      wave.set_success_percent(80);
      wave.set_concurrency(3);
    }
    now_.state = v1::Campaign::RUNNING;
    now_.waves = {{v1::Wave::ACTIVE}, {v1::Wave::PENDING}};
    now_.orders = {{1}, {1}, {1}, {2}, {2}};
  }
  void Wave(size_t wave, v1::Wave::State state) { now_.waves[wave].state = state; }
  void Order(size_t order, Status::State state) {
    now_.orders[order].state = state;
    now_.orders[order].offered = state != Status::SCHEDULED;
  }
  void All(Status::State state) {
    for (size_t i = 0; i < 3; ++i) Order(i, state);
  }
  void Look() { before_ = now_; }
  std::vector<std::string> Broken() const {
    std::vector<std::string> all = Breaches(spec_, now_);
    for (std::string& one : Breaches(spec_, before_, now_)) all.push_back(std::move(one));
    return all;
  }

  v1::CampaignSpec spec_;
  Picture before_, now_;
};

// A clock that jumps, or silence, makes a machine offline: its wave ends without it, and the order
// that it gets when it comes back is under way while the next wave begins.
TEST_F(PictureTest, AMachineThatComesBackWhileItsWaveSoaksIsServedAndNotWaitedFor) {
  All(Status::SUCCEEDED);
  Order(2, Status::SCHEDULED);
  Look();
  Wave(0, v1::Wave::SOAKING);
  Order(2, Status::OFFERED);
  EXPECT_THAT(Broken(), IsEmpty());
  Look();
  Wave(0, v1::Wave::DONE);
  Wave(1, v1::Wave::ACTIVE);
  Order(2, Status::RUNNING);
  EXPECT_THAT(Broken(), IsEmpty());
}

TEST_F(PictureTest, AWaveMayNotEndWithOrdersUnderWay) {
  All(Status::SUCCEEDED);
  Order(2, Status::ACCEPTED);
  Look();
  Wave(0, v1::Wave::SOAKING);
  Order(2, Status::RUNNING);
  EXPECT_THAT(Broken(), ElementsAre("wave 1 ended with 1 under way"));
  Order(2, Status::SUCCEEDED);  // just before it ended
  EXPECT_THAT(Broken(), IsEmpty());
}

TEST_F(PictureTest, AWaveMayNotBeginBeforeTheOneBefore) {
  Look();
  Wave(1, v1::Wave::ACTIVE);
  EXPECT_THAT(Broken(), ElementsAre("wave 2 began while wave 1 was ACTIVE"));
  Look();
  EXPECT_THAT(Broken(), IsEmpty());
  Wave(1, v1::Wave::PENDING);
  Order(3, Status::OFFERED);
  EXPECT_THAT(Broken(), ElementsAre("wave 2 had 1 offered before it began"));
}

TEST_F(PictureTest, AWaveMayNotBeginBelowTheThreshold) {
  All(Status::SUCCEEDED);
  Order(2, Status::FAILED);
  Wave(0, v1::Wave::SOAKING);
  Look();
  Wave(0, v1::Wave::DONE);
  Wave(1, v1::Wave::ACTIVE);
  EXPECT_THAT(Broken(), ElementsAre("wave 2 began while at most 2 of 3 had succeeded in wave 1, "
                                    "the threshold is 80 %"));
  now_.waves[0].waived = true;
  EXPECT_THAT(Broken(), IsEmpty());
  now_.waves[0].waived = false;
  now_.orders[2].accepted = true;
  EXPECT_THAT(Broken(), IsEmpty());
  now_.orders[2].accepted = false;
  Order(2, Status::SUCCEEDED);  // the truth came late, just before it began
  EXPECT_THAT(Broken(), IsEmpty());
}

TEST_F(PictureTest, NothingGoesOnWhileItIsPaused) {
  now_.state = v1::Campaign::PAUSED;
  All(Status::RUNNING);
  Order(2, Status::SCHEDULED);
  Look();
  Order(0, Status::SUCCEEDED);  // what was offered before goes on
  EXPECT_THAT(Broken(), IsEmpty());
  Order(2, Status::OFFERED);
  EXPECT_THAT(Broken(), ElementsAre("wave 1 had 1 offered while it was paused"));
  Order(2, Status::SCHEDULED);
  Wave(1, v1::Wave::ACTIVE);
  EXPECT_THAT(Broken(), testing::Contains("wave 2 went on while it was paused"));
}

TEST_F(PictureTest, AnOrderNeverGoesBack) {
  All(Status::RUNNING);
  Order(0, Status::SUCCEEDED);
  Order(1, Status::FAILED);
  Look();
  Order(1, Status::SUCCEEDED);
  EXPECT_THAT(Broken(), IsEmpty());
  Order(0, Status::FAILED);
  Order(1, Status::RUNNING);
  Order(2, Status::ACCEPTED);
  EXPECT_THAT(Broken(), ElementsAre("3 orders of wave 1 went back"));
}

TEST_F(PictureTest, NoMoreAreUnderWayThanMayBeAndNoneAtTheEnd) {
  spec_.mutable_waves(0)->set_concurrency(2);
  All(Status::RUNNING);
  Look();
  EXPECT_THAT(Broken(), ElementsAre("wave 1 has 3 under way, at most 2 may be"));
  now_.state = v1::Campaign::COMPLETED;
  All(Status::SUCCEEDED);
  EXPECT_THAT(Broken(), ElementsAre("it is complete, with 2 open in wave 2"));
}

TEST_F(PictureTest, ACampaignKeepsItsOrders) {
  Look();
  now_.orders.pop_back();
  EXPECT_THAT(Broken(), ElementsAre("5 orders in 2 waves have become 4 in 2"));
}

TEST_F(PictureTest, IsDescribed) {
  All(Status::SUCCEEDED);
  now_.orders[2].relapsed = true;
  now_.orders[3].attempt = 2;
  EXPECT_EQ(Describe(now_),
            "RUNNING; wave 1 ACTIVE: 2 SUCCEEDED, 1 SUCCEEDED relapsed; wave 2 PENDING: "
            "1 SCHEDULED, 1 SCHEDULED#2");
}

}  // namespace
}  // namespace muster::chaos
