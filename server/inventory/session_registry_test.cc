#include "server/inventory/session_registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::inventory {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const absl::Time kNow = absl::UnixEpoch();

struct Sink : SessionSink {
  void OnSetAnswers(v1::SetAnswers answers) override { received = answers.answers_size(); }
  int received = 0;
};

class SessionRegistryTest : public ::testing::Test {
 protected:
  SessionRegistryTest() : session_(registry_.Add(Sha256("machine"), sink_)) {
    registry_.SetPending(session_, v1::UPDATES, {{}, Sha256("updates"), std::nullopt});
    registry_.SetPending(session_, v1::CATALOGS, {{}, Sha256("catalogs"), std::nullopt});
  }
  std::shared_ptr<Sink> sink_ = std::make_shared<Sink>();
  SessionRegistry registry_;
  SessionId session_;
};

TEST_F(SessionRegistryTest, IsReadyOnceEverythingThatItWaitsForIsStored) {
  EXPECT_FALSE(registry_.MarkStored(session_, v1::UPDATES, Sha256("updates"), kNow));
  EXPECT_THAT(registry_.StoredSets(session_), SizeIs(1));
  EXPECT_TRUE(registry_.MarkStored(session_, v1::CATALOGS, Sha256("catalogs"), kNow));
  EXPECT_THAT(registry_.StoredSets(session_), SizeIs(2));
  registry_.DropPending(session_, v1::UPDATES);
  registry_.DropPending(session_, v1::CATALOGS);
  EXPECT_THAT(registry_.StoredSets(session_), IsEmpty());
}

TEST_F(SessionRegistryTest, ASlowSetKeepsTheOthersWaitingOnlySoLong) {
  registry_.MarkStored(session_, v1::UPDATES, Sha256("updates"), kNow);
  EXPECT_THAT(registry_.Overdue(kNow - absl::Seconds(1)), IsEmpty());
  EXPECT_THAT(registry_.Overdue(kNow), ElementsAre(session_));
  EXPECT_THAT(registry_.Overdue(kNow), IsEmpty());  // told once
}

TEST_F(SessionRegistryTest, ASetThatTheSessionHasMovedOnFromIsNotItsOwn) {
  registry_.SetPending(session_, v1::UPDATES, {{}, Sha256("newer"), std::nullopt});
  EXPECT_FALSE(registry_.MarkStored(session_, v1::UPDATES, Sha256("updates"), kNow));
  EXPECT_THAT(registry_.StoredSets(session_), IsEmpty());
  EXPECT_FALSE(registry_.Pending(session_, v1::UPDATES, Sha256("updates")).has_value());
  EXPECT_TRUE(registry_.Pending(session_, v1::UPDATES, Sha256("newer")).has_value());
}

TEST_F(SessionRegistryTest, AnswersReachTheLivingAlone) {
  v1::SetAnswers answers;
  answers.add_answers();
  registry_.Answer(session_, answers);
  EXPECT_EQ(sink_->received, 1);
  sink_.reset();
  registry_.Answer(session_, answers);
  registry_.Remove(session_);
  registry_.Answer(session_, answers);
  EXPECT_FALSE(registry_.Machine(session_).has_value());
  EXPECT_FALSE(registry_.MarkStored(session_, v1::UPDATES, Sha256("updates"), kNow));
  EXPECT_EQ(registry_.size(), 0u);
}

}  // namespace
}  // namespace muster::inventory
