#include "server/store/overview_reader.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "common/proto_time.h"
#include "server/store/fleet_reader.h"
#include "server/store/health_store.h"
#include "server/store/store_test_support.h"

namespace muster::store::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Six machines: PC1 is affected, PC2 to PC4 break at hours 10, 12 and 30, PC5 is fixed since hour 2
// and was affected before, PC6 was never heard of. PC1 to PC3 hold one set of catalogs, PC4
// another.
class OverviewTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    fleet_ = std::make_unique<FleetReader>(database_.get());
    overview_ = std::make_unique<OverviewReader>(database_.get(), absl::ZeroDuration());
    std::vector<Digest> ids;
    for (int i = 1; i <= 6; ++i) ids.push_back(IdOf(i));
    Enroll(ids);
    faulty_ = Catalog("Package_1_for_KB2705219~x~amd64~~1.cat", "61", Hour(10));
    sound_ = Catalog("Package_1_for_KB976902~x~amd64~~1.cat", "62", absl::InfiniteFuture());
    both_ = std::make_unique<ItemSet>(
        v1::CATALOGS, std::vector{faulty_.SerializeAsString(), sound_.SerializeAsString()});
    one_ = std::make_unique<ItemSet>(v1::CATALOGS, std::vector{sound_.SerializeAsString()});
    v1::Package package;
    package.set_identity("Package_1_for_KB2705219~x~amd64~~1");
    package.set_kb("KB2705219");
    package.set_state(v1::Package::INSTALLED);
    packages_ = std::make_unique<ItemSet>(v1::PACKAGES, std::vector{package.SerializeAsString()});
    MUSTER_ASSERT_OK(Apply([&](auto& transaction) { return Fill(transaction); }));
  }

  static v1::Catalog Catalog(const std::string& file, const std::string& serial,
                             absl::Time breaks) {
    v1::Catalog catalog;
    catalog.set_path("Windows/servicing/Packages/" + file);
    catalog.set_sha256(Sha256(file).ToBytes());
    catalog.set_signer("Microsoft Windows");
    catalog.set_issuer("Microsoft Windows Verification PCA");
    catalog.set_serial(serial);
    catalog.set_result(v1::Catalog::VALID_TIMESTAMPED);
    *catalog.mutable_not_after() = ToProto(Hour(100));
    if (breaks == absl::InfiniteFuture()) return catalog;
    catalog.set_result(v1::Catalog::NO_TIMESTAMP);
    *catalog.mutable_breaks_at() = ToProto(breaks);
    return catalog;
  }

  absl::Status Fill(inventory::Transaction& transaction) {
    for (const ItemSet* set : {both_.get(), one_.get(), packages_.get()}) {
      if (absl::Status status = PutSet(transaction, *set); !status.ok()) return status;
    }
    for (int i = 1; i <= 5; ++i) {
      auto report = Report(IdOf(i), Hour(i * 0.1), {i == 4 ? one_.get() : both_.get()});
      if (i == 1) report = Report(IdOf(i), Hour(i * 0.1), {both_.get(), packages_.get()});
      report.attributes.emplace().set_name(absl::StrCat("PC", i));
      if (absl::Status status = transaction.PutReports({report}); !status.ok()) return status;
    }
    const auto at_risk = [](double hour) {
      v1::Verdict verdict = MakeVerdict(v1::Verdict::AT_RISK);
      *verdict.mutable_breaks_at() = ToProto(Hour(hour));
      return verdict;
    };
    absl::Status put =
        transaction.PutVerdicts({{IdOf(1), Hour(0), {MakeVerdict(v1::Verdict::AFFECTED)}},
                                 {IdOf(2), Hour(0), {at_risk(10)}},
                                 {IdOf(3), Hour(0), {at_risk(12)}},
                                 {IdOf(4), Hour(0), {at_risk(30)}},
                                 {IdOf(5), Hour(0), {MakeVerdict(v1::Verdict::AFFECTED)}}});
    if (!put.ok()) return put;
    return transaction.PutVerdicts({{IdOf(5), Hour(2), {MakeVerdict(v1::Verdict::FIXED)}}});
  }

  // That a number is how many machines its filter lists.
  void ExpectListed(const std::string& filter, int64_t machines, absl::Time now = Hour(3)) {
    v1::ListMachinesRequest request;
    request.set_filter(filter);
    auto listed = fleet_->ListMachines(request, now);
    ASSERT_TRUE(listed.ok()) << filter << ": " << listed.status();
    EXPECT_EQ(listed->total_size(), machines) << filter;
  }

  v1::Catalog faulty_, sound_;
  std::unique_ptr<ItemSet> both_, one_, packages_;
  std::unique_ptr<FleetReader> fleet_;
  std::unique_ptr<OverviewReader> overview_;
};

TEST_F(OverviewTest, TheForecastListsWhoBreaksOnWhichDay) {
  auto forecast = overview_->Forecast({}, Hour(3));
  ASSERT_TRUE(forecast.ok()) << forecast.status();
  ASSERT_EQ(forecast->days_size(), 2);
  EXPECT_EQ(forecast->days(0).date(), "2013-07-01");
  EXPECT_EQ(forecast->days(0).machines(), 2);
  EXPECT_EQ(forecast->days(1).date(), "2013-07-02");
  EXPECT_EQ(forecast->days(1).machines(), 1);
  EXPECT_EQ(forecast->affected(), 1);
  EXPECT_EQ(forecast->later(), 0);
  for (const auto& day : forecast->days()) ExpectListed(day.filter(), day.machines());
  ExpectListed(forecast->affected_filter(), 1);

  v1::ForecastVerdictsRequest request;
  request.set_days(1);
  request.set_filter("name != PC2");
  request.set_rule("expired-catalog");
  forecast = overview_->Forecast(request, Hour(3));
  ASSERT_TRUE(forecast.ok()) << forecast.status();
  ASSERT_EQ(forecast->days_size(), 1);
  EXPECT_EQ(forecast->days(0).machines(), 1);
  EXPECT_EQ(forecast->later(), 1);
  ExpectListed(forecast->days(0).filter(), 1);
  ExpectListed(forecast->later_filter(), 1);
  // The clock turns risk into harm.
  EXPECT_EQ(overview_->Forecast({}, Hour(11))->affected(), 2);
  request.set_days(-1);
  EXPECT_THAT(overview_->Forecast(request, Hour(3)).status().message(), HasSubstr("days"));
}

TEST_F(OverviewTest, TheHistoryBurnsDown) {
  v1::ListVerdictHistoryRequest request;
  *request.mutable_start_time() = ToProto(Hour(1));
  *request.mutable_end_time() = ToProto(Hour(11));
  request.set_points(3);
  auto history = overview_->History(request, Hour(11));
  ASSERT_TRUE(history.ok()) << history.status();
  ASSERT_EQ(history->points_size(), 3);
  EXPECT_EQ(history->points(0).affected(), 2);
  EXPECT_EQ(history->points(0).at_risk(), 3);
  EXPECT_EQ(history->points(1).affected(), 1);
  EXPECT_EQ(history->points(1).fixed(), 1);
  EXPECT_EQ(history->points(2).affected(), 2);
  EXPECT_EQ(history->points(2).at_risk(), 2);
  request.set_filter("name = PC5");
  history = overview_->History(request, Hour(11));
  ASSERT_TRUE(history.ok()) << history.status();
  EXPECT_EQ(history->points(0).affected(), 1);
  EXPECT_EQ(history->points(0).at_risk(), 0);
  *request.mutable_start_time() = ToProto(Hour(12));
  EXPECT_FALSE(overview_->History(request, Hour(11)).ok());
}

TEST_F(OverviewTest, EveryCountOfThePastListsExactlyItsMachines) {
  for (const char* rule : {"", "expired-catalog"}) {
    v1::ListVerdictHistoryRequest request;
    request.set_rule(rule);
    *request.mutable_start_time() = ToProto(Hour(-1));
    *request.mutable_end_time() = ToProto(Hour(40));  // what will be, too
    request.set_points(99);                           // between whole microseconds
    const auto history = overview_->History(request, Hour(3));
    ASSERT_TRUE(history.ok()) << history.status();
    for (const auto& point : history->points()) {
      const std::pair<const char*, int64_t> counts[] = {
          {"AFFECTED", point.affected()}, {"AT_RISK", point.at_risk()},
          {"FIXED", point.fixed()},       {"CLEAN", point.clean()},
          {"UNKNOWN", point.unknown()},   {"REMEDIATING", point.remediating()}};
      int64_t all = 0;
      for (const auto& [state, count] : counts) {
        v1::ListMachinesRequest list;
        list.set_rule(rule);
        list.set_filter(absl::StrCat("verdict = ", state));
        *list.mutable_as_of() = point.time();
        const auto machines = fleet_->ListMachines(list, Hour(3));
        ASSERT_TRUE(machines.ok()) << machines.status();
        EXPECT_EQ(machines->total_size(), count) << state << " " << point.time().DebugString();
        EXPECT_EQ(machines->machines_size(), count);
        all += count;
      }
      v1::ListMachinesRequest list;
      list.set_rule(rule);
      *list.mutable_as_of() = point.time();
      EXPECT_EQ(fleet_->ListMachines(list, Hour(3))->total_size(), all);
    }
    EXPECT_EQ(history->points(0).affected(), 0);
    EXPECT_EQ(history->points(98).affected(), 4);
  }
}

TEST_F(OverviewTest, SilenceIsCountedInStepsThatHoldEveryMachineOnce) {
  for (const double hour : {0.6, 3.0, 30.0, 24.0 * 8, 24.0 * 40}) {
    auto silence = overview_->Silence({}, Hour(hour));
    ASSERT_TRUE(silence.ok()) << silence.status();
    ASSERT_EQ(silence->buckets_size(), 6);
    int64_t all = 0;
    for (const auto& bucket : silence->buckets()) {
      all += bucket.machines();
      ExpectListed(bucket.filter(), bucket.machines(), Hour(hour));
    }
    EXPECT_EQ(all, 6) << hour;
    EXPECT_EQ(silence->buckets(5).machines(), 1);
    EXPECT_TRUE(silence->buckets(5).never());
  }
  EXPECT_EQ(overview_->Silence({}, Hour(0.6))->buckets(0).machines(), 5);
  EXPECT_EQ(overview_->Silence({}, Hour(30))->buckets(2).machines(), 5);
}

// A rule among other conditions left "( AND …)" in the lists' filters, and ended the server.
TEST_F(OverviewTest, AFilterThatNamesARuleCanBeAskedAboutAgain) {
  v1::SummarizeSilenceRequest silent;
  silent.set_filter("rule = expired-catalog AND name = PC*");
  auto silence = overview_->Silence(silent, Hour(3));
  ASSERT_TRUE(silence.ok()) << silence.status();
  for (const auto& bucket : silence->buckets()) {
    ExpectListed(bucket.filter(), bucket.machines());
  }
  v1::ForecastVerdictsRequest lapsing;
  lapsing.set_filter("(rule = expired-catalog AND name != PC2) AND name = PC*");
  auto forecast = overview_->Forecast(lapsing, Hour(3));
  ASSERT_TRUE(forecast.ok()) << forecast.status();
  ExpectListed(forecast->affected_filter(), forecast->affected());
  for (const auto& day : forecast->days()) ExpectListed(day.filter(), day.machines());
  v1::SummarizeVerdictsRequest counted;
  counted.set_filter("rule = expired-catalog AND name = PC*");
  auto summary = fleet_->SummarizeVerdicts(counted, Hour(3));
  ASSERT_TRUE(summary.ok()) << summary.status();
  for (const auto& count : summary->rows(0).counts()) {
    ExpectListed(count.filter(), count.machines());
  }
}

TEST_F(OverviewTest, AFilterThatIsFullCannotBeCountedInSteps) {
  v1::SummarizeSilenceRequest request;
  request.set_filter(absl::StrCat("name = ", std::string(4'080, 'x')));
  EXPECT_EQ(overview_->Silence(request, Hour(3)).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(OverviewTest, WhatNeedsAPersonComesMostPressingFirst) {
  Execute("INSERT INTO servers VALUES ('s', 'muster-2:8443', '', '2013-07-01T02:00:00Z')");
  auto attention = overview_->Attention(Hour(3));
  ASSERT_TRUE(attention.ok()) << attention.status();
  std::vector<v1::Attention::Kind> kinds;
  for (const auto& one : attention->attention()) {
    kinds.push_back(one.kind());
    if (!one.filter().empty()) ExpectListed(one.filter(), one.count());
  }
  EXPECT_THAT(kinds,
              ElementsAre(v1::Attention::MACHINES_AFFECTED, v1::Attention::SERVER_SILENT,
                          v1::Attention::MACHINES_BREAK_SOON, v1::Attention::MACHINES_UNKNOWN));
}

TEST_F(OverviewTest, CatalogsAreHeldByMachinesThroughTheirSets) {
  auto holdings = overview_->Catalogs();
  ASSERT_TRUE(holdings.ok()) << holdings.status();
  auto listed = inventory::ListCatalogs(**holdings, {});
  ASSERT_TRUE(listed.ok()) << listed.status();
  ASSERT_EQ(listed->catalogs_size(), 2);
  EXPECT_EQ(listed->catalogs(0).kb(), "KB2705219");
  EXPECT_EQ(listed->catalogs(0).machines(), 4);
  EXPECT_EQ(listed->catalogs(1).machines(), 5);
  for (const auto& holding : listed->catalogs()) ExpectListed(holding.filter(), holding.machines());
  auto signers = inventory::ListSigners(**holdings, {});
  ASSERT_TRUE(signers.ok()) << signers.status();
  ASSERT_EQ(signers->signers_size(), 2);
  EXPECT_EQ(signers->signers(0).machines() + signers->signers(1).machines(), 9);
}

TEST_F(OverviewTest, AMachinesItemsWitnessesAndChangesAreTold) {
  v1::ListItemsRequest items;
  items.set_parent("machines/PC1");
  items.set_kind(v1::CATALOGS);
  items.set_page_size(1);
  auto page = fleet_->ListItems(items, Hour(3));
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->total_size(), 2);
  EXPECT_EQ(page->items(0).catalog().serial(), "61");
  items.set_page_token(page->next_page_token());
  page = fleet_->ListItems(items, Hour(3));
  ASSERT_TRUE(page.ok()) << page.status();
  EXPECT_EQ(page->items(0).catalog().serial(), "62");
  EXPECT_EQ(page->next_page_token(), "");
  *items.mutable_as_of() = ToProto(Hour(0));
  items.clear_page_token();
  EXPECT_EQ(fleet_->ListItems(items, Hour(3))->total_size(), 0);
  items.set_parent("machines/nobody");
  EXPECT_TRUE(absl::IsNotFound(fleet_->ListItems(items, Hour(3)).status()));

  v1::CompareWitnessesRequest compare;
  compare.set_parent("machines/PC1");
  compare.set_disagreements_only(true);
  compare.set_page_size(10);
  auto witnesses = fleet_->CompareWitnesses(compare, Hour(11));
  ASSERT_TRUE(witnesses.ok()) << witnesses.status();
  ASSERT_EQ(witnesses->rows_size(), 1);
  EXPECT_THAT(witnesses->rows(0).disagreement(), HasSubstr("1 of its 1 catalogs do not verify"));
  EXPECT_THAT(witnesses->finding(), HasSubstr("names 0 updates"));
  EXPECT_EQ(witnesses->sets_size(), 2);

  v1::ListMachineChangesRequest changes;
  changes.set_parent("machines/PC5");
  changes.set_page_size(10);
  auto changed = fleet_->ListMachineChanges(changes);
  ASSERT_TRUE(changed.ok()) << changed.status();
  ASSERT_EQ(changed->changes_size(), 3);
  EXPECT_EQ(changed->changes(0).verdict_changed().from(), v1::Verdict::AFFECTED);
  EXPECT_EQ(changed->changes(0).verdict_changed().to(), v1::Verdict::FIXED);
  EXPECT_EQ(changed->changes(1).set_changed().added(), 2);
  EXPECT_EQ(changed->changes(2).verdict_changed().from(), v1::Verdict::STATE_UNSPECIFIED);
}

TEST_F(OverviewTest, HealthKnowsServersDatabaseAndWhatMustHold) {
  HealthStore health(database_.get());
  v1::Health::Server server;
  server.set_id("one");
  server.set_address("muster-1:8443");
  server.set_sessions(7);
  const absl::Time now = absl::Now();
  MUSTER_ASSERT_OK(health.PutServer(server, now));
  MUSTER_ASSERT_OK(health.PutServer(server, now + absl::Seconds(1)));
  auto told = health.Read(now);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->servers_size(), 1);
  EXPECT_EQ(told->servers(0).sessions(), 7);
  EXPECT_GT(told->database().size_bytes(), 0);
  EXPECT_GE(told->database().schema_version(), 7);
  for (const auto& check : told->checks()) EXPECT_TRUE(check.holds()) << check.name();
  // A clock that is off is seen.
  EXPECT_FALSE(health.Read(now + absl::Minutes(1))->checks(0).holds());
  MUSTER_ASSERT_OK(health.RemoveServer("one"));
  EXPECT_EQ(health.Read(now)->servers_size(), 0);
}

}  // namespace
}  // namespace muster::store::testing
