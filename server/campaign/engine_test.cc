#include "server/campaign/engine.h"

#include <gtest/gtest.h>

#include "common/proto_time.h"

namespace muster::campaign {
namespace {

using Kind = Decision::Kind;
using Status = v1::OrderStatus;
const absl::Time kNow = absl::FromUnixSeconds(1'372'636'800);

v1::WavePolicy Policy() {
  v1::WavePolicy policy;
  policy.set_concurrency(10);
  policy.set_success_percent(90);
  policy.set_error_percent(10);
  policy.set_min_sample(5);
  *policy.mutable_soak() = ToProto(absl::Hours(1));
  *policy.mutable_deadline() = ToProto(absl::Hours(1));
  return policy;
}

class EngineTest : public ::testing::Test {
 protected:
  EngineTest() {
    for (int i = 1; i <= 3; ++i) {
      *policies_.Add() = Policy();
      WaveRow wave;
      wave.number = i;
      wave.counts.set_waiting(10);
      waves_.push_back(wave);
    }
  }
  Decision Next(absl::Time now = kNow) { return Decide(policies_, waves_, now); }
  void Ended(int wave, int succeeded, int failed) {
    waves_[wave - 1].state = v1::Wave::ACTIVE;
    waves_[wave - 1].counts.Clear();
    waves_[wave - 1].counts.set_succeeded(succeeded);
    waves_[wave - 1].counts.set_failed(failed);
  }
  google::protobuf::RepeatedPtrField<v1::WavePolicy> policies_;
  std::vector<WaveRow> waves_;
};

TEST_F(EngineTest, WavesFollowEachOtherAfterSuccessAndSoak) {
  EXPECT_EQ(Next().kind, Kind::kStart);
  EXPECT_EQ(Next().wave, 1);
  waves_[0].state = v1::Wave::ACTIVE;
  EXPECT_EQ(Next().kind, Kind::kNothing);
  Ended(1, 10, 0);
  EXPECT_EQ(Next().kind, Kind::kSoak);
  waves_[0].state = v1::Wave::SOAKING;
  waves_[0].soaks_since = kNow;
  EXPECT_EQ(Next(kNow + absl::Minutes(59)).kind, Kind::kNothing);
  EXPECT_EQ(Next(kNow + absl::Hours(1)).kind, Kind::kFinish);
  waves_[0].state = v1::Wave::DONE;
  EXPECT_EQ(Next().kind, Kind::kStart);
  EXPECT_EQ(Next().wave, 2);
  Ended(2, 10, 0);
  waves_[1].state = v1::Wave::DONE;
  Ended(3, 10, 0);
  EXPECT_EQ(Next().kind, Kind::kFinish);  // nothing comes after it that a soak would guard
  waves_[2].state = v1::Wave::DONE;
  EXPECT_EQ(Next().kind, Kind::kComplete);
}

TEST_F(EngineTest, TheBreakerWaitsForItsSample) {
  waves_[0].state = v1::Wave::ACTIVE;
  waves_[0].counts.set_waiting(6);
  waves_[0].counts.set_failed(4);
  EXPECT_EQ(Next().kind, Kind::kNothing);
  waves_[0].counts.set_failed(5);
  EXPECT_EQ(Next().kind, Kind::kPause);
  EXPECT_EQ(Next().reason, v1::Campaign::ERRORS_ABOVE_THRESHOLD);
  // Exactly the threshold is not above it.
  waves_[0].counts.set_failed(1);
  waves_[0].counts.set_succeeded(9);
  EXPECT_EQ(Next().kind, Kind::kNothing);
}

TEST_F(EngineTest, AWaveBelowItsSuccessNeverAdvances) {
  Ended(1, 3, 1);  // below the sample, so the breaker holds still
  EXPECT_EQ(Next().reason, v1::Campaign::SUCCESS_BELOW_THRESHOLD);
  waves_[0].waived = true;
  EXPECT_EQ(Next().kind, Kind::kSoak);
}

TEST_F(EngineTest, OfflineMachinesAreNotWaitedForNorCounted) {
  Ended(1, 9, 0);
  waves_[0].counts.set_offline(5);
  EXPECT_EQ(Next().kind, Kind::kSoak);
  Ended(1, 0, 0);
  waves_[0].counts.set_offline(10);
  EXPECT_EQ(Next().reason, v1::Campaign::NOBODY_REPORTED);
  // Open until they come, or their orders expire.
  for (int i = 1; i <= 3; ++i) {
    Ended(i, 9, 0);
    waves_[i - 1].state = v1::Wave::DONE;
  }
  waves_[2].counts.set_offline(1);
  EXPECT_EQ(Next().kind, Kind::kNothing);
}

TEST_F(EngineTest, ARelapseWhileItSoaksCounts) {
  Ended(1, 10, 0);
  waves_[0].state = v1::Wave::SOAKING;
  waves_[0].soaks_since = kNow;
  waves_[0].counts.set_relapsed(2);
  EXPECT_EQ(Next().reason, v1::Campaign::ERRORS_ABOVE_THRESHOLD);
}

TEST_F(EngineTest, WhatWasAcceptedCountsNoMore) {
  waves_[0].state = v1::Wave::ACTIVE;
  waves_[0].counts.set_failed(5);
  waves_[0].accepted_failures = 5;
  EXPECT_EQ(Next().kind, Kind::kNothing);
  waves_[0].counts.set_failed(10);
  EXPECT_EQ(Next().kind, Kind::kPause);
}

TEST_F(EngineTest, SlotsAreWhatConcurrencyLeaves) {
  EXPECT_EQ(FreeSlots(policies_[0], waves_[0]), 0);
  waves_[0].state = v1::Wave::ACTIVE;
  waves_[0].counts.set_running(4);
  waves_[0].counts.set_accepted(3);
  EXPECT_EQ(FreeSlots(policies_[0], waves_[0]), 3);
}

class JudgeTest : public ::testing::Test {
 protected:
  JudgeTest() {
    reported_.row.status.set_state(Status::OFFERED);
    reported_.report.set_attempt(1);
    reported_.has_rule = true;
    reported_.deadline = absl::Hours(1);
  }
  Status After(Status::State told, bool scanned = false) {
    reported_.report.mutable_status()->set_state(told);
    reported_.report.set_scanned(scanned);
    reported_.row = Judge(reported_, kNow);
    return reported_.row.status;
  }
  ReportedOrder reported_;
};

TEST_F(JudgeTest, OnlyAScanThatSaysFixedIsSuccess) {
  EXPECT_EQ(After(Status::RUNNING).state(), Status::RUNNING);
  EXPECT_EQ(After(Status::SUCCEEDED).state(), Status::RUNNING);  // not for an agent to say
  EXPECT_EQ(After(Status::VERIFYING).state(), Status::VERIFYING);
  reported_.verdict = v1::Verdict::FIXED;
  EXPECT_EQ(After(Status::VERIFYING, true).state(), Status::SUCCEEDED);
  EXPECT_TRUE(reported_.row.ended_at.has_value());
}

TEST_F(JudgeTest, AScanThatSaysSomethingElseIsFailure) {
  for (const auto verdict :
       {v1::Verdict::REMEDIATING, v1::Verdict::AFFECTED, v1::Verdict::AT_RISK}) {
    reported_.row.status.set_state(Status::VERIFYING);
    reported_.verdict = verdict;
    EXPECT_EQ(After(Status::VERIFYING, true).cause(), Status::STILL_AFFECTED);
  }
  reported_.row.status.set_state(Status::VERIFYING);
  reported_.verdict = v1::Verdict::UNKNOWN;
  EXPECT_EQ(After(Status::VERIFYING, true).cause(), Status::NOT_VERIFIED);
  reported_.row.status.set_state(Status::VERIFYING);
  reported_.verdict = v1::Verdict::CLEAN;
  EXPECT_EQ(After(Status::VERIFYING, true).state(), Status::FAILED);
  reported_.row.status.set_state(Status::VERIFYING);
  reported_.clean_is_success = true;
  EXPECT_EQ(After(Status::VERIFYING, true).state(), Status::SUCCEEDED);
}

TEST_F(JudgeTest, TheInstallersFailureExplainsWhatTheScanSaw) {
  reported_.row.status.set_state(Status::RUNNING);
  reported_.report.mutable_status()->set_cause(Status::INSTALLER_FAILED);
  reported_.report.mutable_status()->set_code(0x80070422);
  reported_.verdict = v1::Verdict::REMEDIATING;
  EXPECT_EQ(After(Status::VERIFYING, true).cause(), Status::INSTALLER_FAILED);
  // "Not applicable", and fixed all the same.
  reported_.row.status.set_state(Status::RUNNING);
  reported_.report.mutable_status()->set_cause(Status::NOT_APPLICABLE);
  reported_.verdict = v1::Verdict::FIXED;
  EXPECT_EQ(After(Status::VERIFYING, true).state(), Status::SUCCEEDED);
}

TEST_F(JudgeTest, NeverGoesBackAndAnEndStays) {
  EXPECT_EQ(After(Status::RUNNING).state(), Status::RUNNING);
  EXPECT_EQ(After(Status::ACCEPTED).state(), Status::RUNNING);
  EXPECT_EQ(After(Status::OFFERED).state(), Status::RUNNING);
  EXPECT_EQ(After(Status::FAILED).state(), Status::FAILED);
  reported_.verdict = v1::Verdict::FIXED;
  EXPECT_EQ(After(Status::VERIFYING, true).state(), Status::FAILED);
}

TEST_F(JudgeTest, TheTruthMayComeAfterTheDeadline) {
  reported_.row.status.set_state(Status::FAILED);
  reported_.row.status.set_cause(Status::DEADLINE_PASSED);
  EXPECT_EQ(After(Status::RUNNING).state(), Status::FAILED);
  reported_.verdict = v1::Verdict::FIXED;
  EXPECT_EQ(After(Status::VERIFYING, true).state(), Status::SUCCEEDED);
}

TEST_F(JudgeTest, AnotherAttemptsReportChangesNothing) {
  reported_.row.attempt = 2;
  EXPECT_EQ(After(Status::FAILED).state(), Status::OFFERED);
}

TEST_F(JudgeTest, NobodyReportsAnOrderThatWasNotOffered) {
  reported_.row.status.set_state(Status::SCHEDULED);
  reported_.verdict = v1::Verdict::FIXED;
  EXPECT_EQ(After(Status::RUNNING).state(), Status::SCHEDULED);
  EXPECT_EQ(After(Status::VERIFYING, true).state(), Status::SCHEDULED);
  EXPECT_EQ(After(Status::FAILED).state(), Status::SCHEDULED);
}

TEST_F(JudgeTest, TheDeadlineCountsFromTheWindow) {
  *reported_.report.mutable_starts_at() = ToProto(kNow + absl::Hours(5));
  EXPECT_EQ(After(Status::ACCEPTED).state(), Status::ACCEPTED);
  EXPECT_EQ(*reported_.row.deadline_at, kNow + absl::Hours(6));
  *reported_.report.mutable_starts_at() = ToProto(kNow + absl::Hours(24 * 3650));
  After(Status::ACCEPTED);
  EXPECT_LT(*reported_.row.deadline_at, kNow + absl::Hours(24 * 9));
}

}  // namespace
}  // namespace muster::campaign
