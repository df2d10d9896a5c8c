// How views of the fleet and of one machine look.
#include "dashboard-api/ctl/views.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/proto_time.h"
#include "dashboard-api/ctl/machine_views.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

google::protobuf::Timestamp At(const std::string& text) { return ToProto(*ParseInstant(text)); }

TEST(ViewsTest, TheForecastGoesFromAlreadyToLater) {
  v1::ForecastVerdictsResponse forecast;
  forecast.set_affected(3);
  forecast.set_affected_filter("verdict = AFFECTED");
  auto& day = *forecast.add_days();
  day.set_date("2026-12-01");
  day.set_machines(40);
  day.set_filter("verdict = AT_RISK AND breaks_at >= 2026-12-01 AND breaks_at < 2026-12-02");
  forecast.set_later(7);
  EXPECT_EQ(ForecastTable(forecast).ToText(false),
            "DAY         MACHINES  FILTER\n"
            "already     3         verdict = AFFECTED\n"
            "2026-12-01  40        verdict = AT_RISK AND breaks_at >= 2026-12-01 AND breaks_at < "
            "2026-12-02\n"
            "later       7\n");
}

TEST(ViewsTest, SilenceIsInWords) {
  v1::SummarizeSilenceResponse silence;
  *silence.add_buckets()->mutable_less_than() = ToProto(absl::Hours(1));
  auto& week = *silence.add_buckets();
  *week.mutable_at_least() = ToProto(absl::Hours(1));
  *week.mutable_less_than() = ToProto(absl::Hours(24));
  *silence.add_buckets()->mutable_at_least() = ToProto(absl::Hours(24 * 30));
  silence.add_buckets()->set_never(true);
  const std::string text = SilenceTable(silence).ToText(false);
  EXPECT_THAT(text, HasSubstr("less than 1h "));
  EXPECT_THAT(text, HasSubstr("1h to 1d "));
  EXPECT_THAT(text, HasSubstr("30d or more "));
  EXPECT_THAT(text, HasSubstr("never heard of "));
}

TEST(ViewsTest, WhatMachinesSayCannotMoveTheCursor) {
  v1::ListItemsResponse items;
  auto& fact = *items.add_items()->mutable_fact();
  fact.set_name("host\x1b[2J");
  fact.set_value("a\nb");
  const std::string text = ItemsTable(items, v1::FACTS).ToText(true);
  EXPECT_THAT(text, HasSubstr("host\\x1b[2J"));
  EXPECT_THAT(text, HasSubstr("a\\x0ab"));
}

TEST(ViewsTest, HealthNamesTheServerThatAnswersAndWhatDoesNotHold) {
  v1::Health health;
  auto& server = *health.add_servers();
  server.set_address("muster-1:8443");
  server.set_this_one(true);
  server.set_queued_reports(5);
  server.set_queue_capacity(20'000);
  auto& check = *health.add_checks();
  check.set_name("clocks agree");
  check.set_detail("7s");
  const std::string text = HealthText(health, false);
  EXPECT_THAT(text, HasSubstr("muster-1:8443 (answers)"));
  EXPECT_THAT(text, HasSubstr("5 of 20000"));
  EXPECT_THAT(text, HasSubstr("clocks agree  NO     7s"));
}

TEST(ViewsTest, ChangesTellFromWhatToWhat) {
  v1::ListMachineChangesResponse changes;
  auto& change = *changes.add_changes();
  *change.mutable_time() = At("2013-07-01T09:00:00Z");
  change.mutable_verdict_changed()->set_rule("expired-catalog");
  change.mutable_verdict_changed()->set_from(v1::Verdict::AT_RISK);
  change.mutable_verdict_changed()->set_to(v1::Verdict::AFFECTED);
  auto& first = *changes.add_changes();
  first.mutable_verdict_changed()->set_to(v1::Verdict::CLEAN);
  auto& set = *changes.add_changes()->mutable_set_changed();
  set.set_kind(v1::CATALOGS);
  set.set_added(2);
  set.set_removed(1);
  const std::string text = ChangesTable(changes).ToText(false);
  EXPECT_THAT(text, HasSubstr("2013-07-01T09:00:00Z  expired-catalog  AT RISK → AFFECTED"));
  EXPECT_THAT(text, Not(HasSubstr("→ CLEAN")));
  EXPECT_THAT(text, HasSubstr("catalogs         +2 -1"));
}

}  // namespace
}  // namespace muster::ctl
