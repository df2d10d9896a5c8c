#include "server/telemetry/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/proto_time.h"

namespace muster::telemetry {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class MetricsTest : public ::testing::Test {
 protected:
  Readings readings_;
  Metrics metrics_{"1.2.3", [this] { return readings_; }};
};

TEST_F(MetricsTest, CountsWhatBecomesOfReports) {
  inventory::Job job;
  job.work = inventory::IncidentWork{};
  metrics_.OnReceived(job);
  metrics_.OnReceived(job);
  job.work = inventory::InventoryWork{};
  metrics_.OnReceived(job);
  metrics_.OnCommitted(3, 1, absl::Milliseconds(7));
  metrics_.OnHandedBack(4);
  readings_.refused_reports = 5;
  const std::string text = metrics_.Text();
  EXPECT_THAT(text, HasSubstr("muster_reports_received_total{kind=\"incidents\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_received_total{kind=\"inventory\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_committed_total 2\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_rejected_total{reason=\"sender_at_fault\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_rejected_total{reason=\"not_stored\"} 4\n"));
  EXPECT_THAT(text, HasSubstr("muster_reports_rejected_total{reason=\"queue_full\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("muster_batch_reports_bucket{le=\"2\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("muster_batch_reports_bucket{le=\"5\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_batch_commit_seconds_bucket{le=\"0.005\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("muster_batch_commit_seconds_bucket{le=\"0.01\"} 1\n"));
}

TEST_F(MetricsTest, EveryFamilyIsToldOnce) {
  const std::string text = metrics_.Text();
  const std::string type = "# TYPE muster_reports_rejected_total counter";
  EXPECT_EQ(text.find(type), text.rfind(type));
  EXPECT_THAT(text, HasSubstr("muster_build_info{version=\"1.2.3\"} 1\n"));
}

TEST_F(MetricsTest, ReadsQueueAndDatabaseAtEachScrape) {
  readings_.sessions = 3;
  readings_.queued_bytes = 1'000;
  readings_.database_errors["UNAVAILABLE"] = 2;
  readings_.exported_spans = 512;
  readings_.dropped_spans = 3;
  EXPECT_THAT(metrics_.Text(), HasSubstr("muster_sessions 3\n"));
  readings_.sessions = 4;
  const std::string text = metrics_.Text();
  EXPECT_THAT(text, HasSubstr("muster_sessions 4\n"));
  EXPECT_THAT(text, HasSubstr("muster_queue_bytes 1000\n"));
  EXPECT_THAT(text, HasSubstr("muster_trace_spans_exported_total 512\n"));
  EXPECT_THAT(text, HasSubstr("muster_trace_spans_dropped_total 3\n"));
  EXPECT_THAT(text, HasSubstr("muster_database_errors_total{code=\"UNAVAILABLE\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("muster_database_errors_total{code=\"ABORTED\"} 0\n"));
}

TEST_F(MetricsTest, SaysNothingOfAFleetThatItHasNotSeen) {
  EXPECT_THAT(metrics_.Text(), Not(HasSubstr("muster_machines")));
  FleetReadings fleet;
  fleet.read_at = absl::FromUnixSeconds(1'800'000'000);
  fleet.machines[v1::Verdict::AFFECTED] = 7;
  fleet.tally.orders[v1::OrderStatus::SUCCEEDED] = 11;
  fleet.tally.campaigns[v1::Campaign::PAUSED] = 1;
  metrics_.SetFleet(fleet);
  const std::string text = metrics_.Text();
  EXPECT_THAT(text, HasSubstr("muster_machines{verdict=\"AFFECTED\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("muster_machines{verdict=\"UNKNOWN\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("muster_orders{state=\"SUCCEEDED\"} 11\n"));
  EXPECT_THAT(text, HasSubstr("muster_campaigns{state=\"PAUSED\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("muster_fleet_read_timestamp_seconds 1800000000\n"));
  EXPECT_THAT(text, Not(HasSubstr("UNSPECIFIED")));
}

TEST_F(MetricsTest, CertificatesTellWhenTheyEnd) {
  v1::Health::Certificate certificate;
  certificate.set_subject("Muster \"CA\"");
  certificate.set_purpose("authority");
  *certificate.mutable_not_after() = ToProto(absl::FromUnixSeconds(1'900'000'000));
  metrics_.SetCertificates({certificate});
  EXPECT_THAT(metrics_.Text(),
              HasSubstr("muster_certificate_expiry_timestamp_seconds{purpose="
                        "\"authority\",subject=\"Muster \\\"CA\\\"\"} 1900000000\n"));
}

}  // namespace
}  // namespace muster::telemetry
