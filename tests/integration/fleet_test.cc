// A small fleet over the production link against a real server: verdicts, restarts, history.
#include "tests/load/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/proto_time.h"
#include "tests/integration/server_fixture.h"
#include "tests/testdata/incident_image.h"

namespace muster::integration {
namespace {

using ::testing::AllOf;
using ::testing::Each;
using ::testing::Gt;
using ::testing::SizeIs;

constexpr int kMachines = 20;
constexpr char kRule[] = "expired-catalog";

class FleetTest : public ServerTest {
 protected:
  static void SetUpTestSuite() {
    ServerTest::SetUpTestSuite();
    authority_ = std::make_unique<testdata::Authority>();
  }
  static void TearDownTestSuite() {
    authority_.reset();
    ServerTest::TearDownTestSuite();
  }

  std::shared_ptr<const load::GoldenImage> Image(const std::string& name,
                                                 testdata::ImageOptions options) {
    options.updates = 10;
    auto directory = folder_ / name;
    auto written = testdata::WriteIncidentImage(*authority_, directory, options);
    EXPECT_TRUE(written.ok()) << written.status();
    auto image = load::GoldenImage::Collect(name, directory.string(), /*variants=*/3);
    EXPECT_TRUE(image.ok()) << image.status();
    return *image;
  }
  std::shared_ptr<const load::GoldenImage> Affected() {
    return Image("affected", {.variant = testdata::ImageVariant::kAffected});
  }

  load::FleetOptions Options() {
    load::FleetOptions options;
    options.server = AgentTarget();
    options.authority = AuthorityPem();
    options.token = NewEnrollmentToken(kMachines);
    options.machines = kMachines;
    options.backoff = {.initial = absl::Milliseconds(50),
                       .cap = absl::Milliseconds(200),
                       .multiplier = 2,
                       .spread = absl::Milliseconds(100)};
    return options;
  }
  std::unique_ptr<load::Fleet> Play(std::vector<load::ImageShare> images) {
    auto fleet = std::make_unique<load::Fleet>(Options(), std::move(images));
    EXPECT_TRUE(fleet->Enroll().ok());
    fleet->Connect();
    AwaitInSync(*fleet);
    return fleet;
  }
  void AwaitInSync(const load::Fleet& fleet) {
    absl::Status status = fleet.Await(
        [](const load::FleetProgress& progress) { return progress.in_sync == kMachines; },
        absl::Seconds(60));
    EXPECT_TRUE(status.ok()) << status;
  }
  v1::Verdict::State StateOf(const v1::Machine& machine) {
    for (const v1::Verdict& verdict : machine.verdicts()) {
      if (verdict.rule() == kRule) return verdict.state();
    }
    return v1::Verdict::STATE_UNSPECIFIED;
  }
  // How often each incident was counted on each machine.
  std::map<std::string, uint64_t> IncidentCounts() {
    std::map<std::string, uint64_t> counts;
    const v1::ListMachinesResponse listed = List("");
    for (const v1::Machine& machine : listed.machines()) {
      uint64_t& count = counts[machine.attributes().name()];
      const v1::Machine shown = Get(machine.attributes().name());
      for (const v1::Incident& incident : shown.incidents()) count += incident.count();
    }
    return counts;
  }

  static std::unique_ptr<testdata::Authority> authority_;
};
std::unique_ptr<testdata::Authority> FleetTest::authority_;

TEST_F(FleetTest, EveryMachineHasTheVerdictOfItsImage) {
  absl::Time lapses = absl::Now() + absl::Hours(24 * 20);
  auto fleet = Play({
      {Affected(), 2},
      {Image("at-risk", {.variant = testdata::ImageVariant::kAtRisk, .breaks_at = lapses}), 1},
      {Image("healthy", {.variant = testdata::ImageVariant::kHealthy}), 1},
      {Image("fixed", {.variant = testdata::ImageVariant::kFixed}), 1},
  });
  const std::map<std::string, v1::Verdict::State> expected = {{"affected", v1::Verdict::AFFECTED},
                                                              {"at-risk", v1::Verdict::AT_RISK},
                                                              {"healthy", v1::Verdict::CLEAN},
                                                              {"fixed", v1::Verdict::FIXED}};
  for (int i = 0; i < kMachines; ++i) {
    v1::Machine machine = Get(fleet->names()[i]);
    EXPECT_EQ(StateOf(machine), expected.at(fleet->image_names()[i])) << fleet->names()[i];
    if (fleet->image_names()[i] == "at-risk") {
      EXPECT_EQ(machine.verdicts(0).rule(), "broken-catalog");
      for (const v1::Verdict& verdict : machine.verdicts()) {
        if (verdict.rule() == kRule) {
          EXPECT_EQ(FromProto(verdict.breaks_at()),
                    absl::FromUnixSeconds(absl::ToUnixSeconds(lapses)));
        }
      }
    }
    if (fleet->image_names()[i] == "affected") {
      for (const v1::Verdict& verdict : machine.verdicts()) {
        if (verdict.rule() != kRule) continue;
        ASSERT_THAT(verdict.evidence(), SizeIs(Gt(0)));
        EXPECT_THAT(verdict.evidence(0).catalogs(), SizeIs(Gt(0)));
      }
    }
  }
}

TEST_F(FleetTest, CountsOpenTheListsBehindThem) {
  auto fleet =
      Play({{Affected(), 1}, {Image("healthy", {.variant = testdata::ImageVariant::kHealthy}), 1}});
  v1::SummarizeVerdictsRequest request;
  request.set_group_by("site");
  v1::SummarizeVerdictsResponse summary;
  ASSERT_TRUE(Operators()->SummarizeVerdicts(AdminContext().get(), request, &summary).ok());
  EXPECT_EQ(summary.total(), kMachines);
  int64_t listed = 0;
  for (const auto& row : summary.rows()) {
    for (const auto& count : row.counts()) {
      EXPECT_EQ(List(count.filter()).total_size(), count.machines()) << count.filter();
      listed += count.machines();
    }
  }
  EXPECT_EQ(listed, kMachines);
}

TEST_F(FleetTest, AServerRestartLosesNothingAndCountsNothingTwice) {
  auto fleet = Play({{Affected(), 1}});
  auto before = IncidentCounts();
  ASSERT_THAT(before, SizeIs(kMachines));
  for (const auto& [name, count] : before) EXPECT_GT(count, 0u) << name;
  int disconnects = fleet->progress().disconnects;
  StopServer();
  ASSERT_TRUE(fleet
                  ->Await([&](const auto& p) { return p.disconnects >= disconnects + kMachines; },
                          absl::Seconds(30))
                  .ok());
  StartServer();
  AwaitInSync(*fleet);
  EXPECT_EQ(IncidentCounts(), before);
}

TEST_F(FleetTest, AServerThatIsAwayWhileAFleetEnrolsIsAskedAgain) {
  load::Fleet fleet(Options(), {{Affected(), 1}});
  StopServer();
  absl::Status enrolled;
  std::thread enrolling([&] { enrolled = fleet.Enroll(); });
  StartServer();
  enrolling.join();
  EXPECT_TRUE(enrolled.ok()) << enrolled;
  EXPECT_EQ(List("").total_size(), kMachines);
}

TEST_F(FleetTest, TheDatabaseMayGoAwayWhileAFleetReports) {
  auto fleet = Play({{Affected(), 1}});
  auto before = IncidentCounts();
  StopServer();
  ASSERT_TRUE(cluster_->Stop().ok());
  ASSERT_TRUE(cluster_->Restart().ok());
  StartServer();
  AwaitInSync(*fleet);
  EXPECT_EQ(IncidentCounts(), before);
}

// Their start was still planned on the loop, which outlives the fleet, and found no machine there.
TEST_F(FleetTest, AFleetThatEndsWithAgentsDownDoesNotStartThem) {
  const auto image = Affected();
  auto fleet = Play({{image, 1}});
  for (int i = 0; i < kMachines; ++i) fleet->Kill(i, absl::Milliseconds(100));
  fleet.reset();
  Play({{image, 1}});  // takes longer
}

TEST_F(FleetTest, AMachineWhoseAgentIsDownMayBeAtWork) {
  auto fleet = Play({{Affected(), 1}});
  EXPECT_EQ(fleet->AtWork(), 0);
  fleet->Kill(0, absl::Hours(1));
  EXPECT_EQ(fleet->AtWork(), 1);
}

TEST_F(FleetTest, AnswersAsOfAnInstantBeforeTheMachineWasSeen) {
  absl::Time before = absl::Now() - absl::Hours(1);
  auto fleet = Play({{Affected(), 1}});
  v1::GetMachineRequest request;
  request.set_name("machines/" + fleet->names()[0]);
  *request.mutable_as_of() = ToProto(before);
  v1::Machine machine;
  ASSERT_TRUE(Operators()->GetMachine(AdminContext().get(), request, &machine).ok());
  EXPECT_THAT(machine.sets(), SizeIs(0));
  *request.mutable_as_of() = ToProto(absl::Now());
  ASSERT_TRUE(Operators()->GetMachine(AdminContext().get(), request, &machine).ok());
  EXPECT_THAT(machine.sets(), SizeIs(4));
  EXPECT_EQ(StateOf(machine), v1::Verdict::AFFECTED);
}

TEST_F(FleetTest, ClonesShareTheirSets) {
  auto fleet = Play({{Affected(), 1}});
  v1::Machine machine = Get(fleet->names()[0]);
  for (const v1::SetSummary& set : machine.sets()) {
    if (set.kind() == v1::UPDATES) continue;  // three variants
    EXPECT_EQ(set.machine_count(), kMachines) << v1::SetKind_Name(set.kind());
  }
}

}  // namespace
}  // namespace muster::integration
