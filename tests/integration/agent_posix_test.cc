// muster-agent as a program of a POSIX system: signals, locks and names as bytes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/directory_lock.h"
#include "tests/integration/agent_fixture.h"

namespace muster::integration {
namespace {

using ::testing::HasSubstr;

class AgentPosixTest : public AgentTest {
 protected:
  void ExpectASignalEnds(Process& agent) {
    const absl::Time asked = absl::Now();
    agent.Signal(SIGTERM);
    EXPECT_EQ(agent.Wait(), 0);
    EXPECT_LT(absl::Now() - asked, absl::Seconds(2));
  }
};

TEST_F(AgentPosixTest, ANameThatIsNoUtf8IsToldAndNotSent) {
  const Ran ran = Run(EnrollLine(NewEnrollmentToken(1), "$(printf 'P\\377C')"));
  EXPECT_EQ(ran.exit_code, 1);
  EXPECT_THAT(ran.err, HasSubstr("--name is not UTF-8: P\\xffC"));
}

TEST_F(AgentPosixTest, OneAgentAtATimeSpeaksForAFolder) {
  Enroll();
  auto other = DirectoryLock::Take(state_);
  ASSERT_TRUE(other.ok()) << other.status();
  const Ran second = Run(ReportLine());
  EXPECT_EQ(second.exit_code, 1);
  EXPECT_THAT(second.err, HasSubstr("another process of Muster's works in " + state_));
}

TEST_F(AgentPosixTest, ASignalEndsItWhileItIsConnected) {
  Enroll();
  Process agent(RunWords());
  agent.AwaitWord("in sync");
  ExpectASignalEnds(agent);
}

TEST_F(AgentPosixTest, ASignalEndsItWhileItLooksAtALargeVolume) {
  Enroll();
  WriteImage({.variant = testdata::ImageVariant::kAffected, .updates = 600});
  Process agent(RunWords());
  agent.AwaitWord("speaking for");
  ExpectASignalEnds(agent);
}

}  // namespace
}  // namespace muster::integration
