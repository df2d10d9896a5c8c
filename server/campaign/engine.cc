#include "server/campaign/engine.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/proto_time.h"

namespace muster::campaign {
namespace {

using Status = v1::OrderStatus;

int64_t UnderWay(const v1::OrderCounts& counts) {
  return counts.offered() + counts.accepted() + counts.running() + counts.reboot_pending() +
         counts.verifying();
}

bool BreaksAt(const v1::WavePolicy& policy, const Score& score) {
  return score.reported() >= static_cast<int64_t>(policy.min_sample()) &&
         score.bad * 100 > score.reported() * static_cast<int64_t>(policy.error_percent());
}

bool ReachesSuccess(const v1::WavePolicy& policy, const Score& score) {
  return score.good * 100 >= score.reported() * static_cast<int64_t>(policy.success_percent());
}

std::string Named(const v1::WavePolicy& policy, int number) {
  return policy.name().empty() ? absl::StrCat("wave ", number)
                               : absl::StrCat("wave ", number, " (", policy.name(), ")");
}

Decision Pause(v1::Campaign::PauseReason reason, int wave, std::string detail) {
  return {Decision::Kind::kPause, wave, reason, std::move(detail)};
}

// Of a wave whose reachable machines have all ended.
Decision Ended(const v1::WavePolicy& policy, const WaveRow& wave, Decision::Kind next) {
  const Score score = ScoreOf(wave);
  if (!wave.waived) {
    if (score.reported() == 0 && wave.accepted_failures == 0 && wave.counts.offline() > 0) {
      return Pause(v1::Campaign::NOBODY_REPORTED, wave.number,
                   absl::StrCat(Named(policy, wave.number), " is through, and all of its ",
                                wave.counts.offline(), " machines are offline"));
    }
    if (!ReachesSuccess(policy, score)) {
      return Pause(
          v1::Campaign::SUCCESS_BELOW_THRESHOLD, wave.number,
          absl::StrCat(Named(policy, wave.number), ": ", score.good, " of ", score.reported(),
                       " succeeded, the threshold is ", policy.success_percent(), " %"));
    }
  }
  return {next, wave.number, {}, {}};
}

bool IsFinal(Status::State state) { return state >= Status::SUCCEEDED; }

bool MayStillChange(const Status& status) {
  return !IsFinal(status.state()) ||
         (status.state() == Status::FAILED && status.cause() == Status::DEADLINE_PASSED);
}

// What a fresh scan after the action makes of it; the installer's word explains a failure, and
// never makes a success.
Status Verdict(const ReportedOrder& reported) {
  Status status = reported.report.status();
  const bool fixed = !reported.has_rule || reported.verdict == v1::Verdict::FIXED ||
                     (reported.clean_is_success && reported.verdict == v1::Verdict::CLEAN);
  // Without a rule to ask, what went wrong on the way counts.
  if (fixed && (reported.has_rule || status.cause() == Status::CAUSE_UNSPECIFIED)) {
    status.set_state(Status::SUCCEEDED);
    status.set_cause(Status::CAUSE_UNSPECIFIED);
    status.clear_detail();
    return status;
  }
  status.set_state(Status::FAILED);
  if (status.cause() != Status::CAUSE_UNSPECIFIED) return status;
  const bool seen = reported.verdict == v1::Verdict::AFFECTED ||
                    reported.verdict == v1::Verdict::AT_RISK ||
                    reported.verdict == v1::Verdict::REMEDIATING;
  status.set_cause(seen ? Status::STILL_AFFECTED : Status::NOT_VERIFIED);
  status.set_detail(absl::StrCat("a scan after the action says ",
                                 v1::Verdict::State_Name(reported.verdict), ": ",
                                 reported.explanation));
  return status;
}

}  // namespace

Score ScoreOf(const WaveRow& wave) {
  const v1::OrderCounts& counts = wave.counts;
  Score score;
  score.good = counts.succeeded() - counts.relapsed();
  score.bad = counts.failed() + counts.refused() + counts.relapsed() - wave.accepted_failures;
  return score;
}

Decision Decide(const google::protobuf::RepeatedPtrField<v1::WavePolicy>& policies,
                const std::vector<WaveRow>& waves, absl::Time now) {
  bool open = false;
  for (const WaveRow& wave : waves) {
    const v1::WavePolicy& policy = policies[wave.number - 1];
    const Score score = ScoreOf(wave);
    if (wave.state != v1::Wave::PENDING && BreaksAt(policy, score)) {
      return Pause(
          v1::Campaign::ERRORS_ABOVE_THRESHOLD, wave.number,
          absl::StrCat(Named(policy, wave.number), ": ", score.bad, " of ", score.reported(),
                       " that reported failed, more than ", policy.error_percent(), " %"));
    }
    open = open || wave.counts.waiting() + wave.counts.offline() + UnderWay(wave.counts) > 0;
  }
  for (const WaveRow& wave : waves) {
    const v1::WavePolicy& policy = policies[wave.number - 1];
    switch (wave.state) {
      case v1::Wave::PENDING:
        // Who came back late may have put a wave that was done below its threshold.
        for (int before = 0; before + 1 < wave.number; ++before) {
          const Decision looked =
              Ended(policies[before], waves[static_cast<size_t>(before)], Decision::Kind::kStart);
          if (looked.kind == Decision::Kind::kPause) return looked;
        }
        return {Decision::Kind::kStart, wave.number, {}, {}};
      case v1::Wave::ACTIVE: {
        if (wave.counts.waiting() + UnderWay(wave.counts) > 0) return {};
        const bool soaks = wave.number < static_cast<int>(waves.size()) &&
                           FromProto(policy.soak()) > absl::ZeroDuration();
        return Ended(policy, wave, soaks ? Decision::Kind::kSoak : Decision::Kind::kFinish);
      }
      case v1::Wave::SOAKING:
        if (now < wave.soaks_since.value_or(now) + FromProto(policy.soak())) return {};
        return Ended(policy, wave, Decision::Kind::kFinish);
      default:
        continue;
    }
  }
  return {open ? Decision::Kind::kNothing : Decision::Kind::kComplete, 0, {}, {}};
}

int64_t FreeSlots(const v1::WavePolicy& policy, const WaveRow& wave) {
  if (wave.state == v1::Wave::PENDING) return 0;
  return std::max<int64_t>(0, static_cast<int64_t>(policy.concurrency()) - UnderWay(wave.counts));
}

OrderRow Judge(const ReportedOrder& reported, absl::Time now) {
  OrderRow row = reported.row;
  const Status& told = reported.report.status();
  if (reported.report.attempt() != row.attempt || !MayStillChange(row.status)) return row;
  // Whoever speaks of it has made it up; it would be under way without a deadline.
  if (row.status.state() == Status::SCHEDULED) return row;
  Status next = told;
  if (reported.report.scanned() && told.state() == Status::VERIFYING) {
    next = Verdict(reported);
  } else if (!Status::State_IsValid(told.state()) || told.state() < Status::ACCEPTED ||
             told.state() == Status::SUCCEEDED) {
    return row;  // not for an agent to say
  } else if (IsFinal(row.status.state()) || told.state() < row.status.state()) {
    // Under way though its deadline has passed, or old news.
    if (!IsFinal(told.state())) return row;
  }
  row.status = next;
  if (next.state() == Status::ACCEPTED && reported.report.has_starts_at()) {
    // A clock that is years ahead must not keep a wave open for ever.
    const absl::Time opens =
        std::clamp(FromProto(reported.report.starts_at()), now, now + absl::Hours(24 * 8));
    row.deadline_at = opens + reported.deadline;
  }
  if (IsFinal(next.state())) row.ended_at = now;
  return row;
}

}  // namespace muster::campaign
