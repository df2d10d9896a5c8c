// Random campaigns of random policies under random events: machines that fall silent and come back,
// reports that come late, twice, out of order or of another attempt, deadlines, relapses, operators
// who resume and try again. Every order is a row here, as in the database, and whatever happens:
// no attempt is offered twice or begins anew once it is over; no wave begins while one before it is
// unfinished or below its threshold; nothing begins or is offered past the breaker; every count is
// that of the rows.
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <vector>

#include "common/proto_time.h"
#include "server/campaign/engine.h"

namespace muster::campaign {
namespace {

using Kind = Decision::Kind;
using Status = v1::OrderStatus;

constexpr uint32_t kAttempts = 3;
constexpr absl::Duration kDeadline = absl::Minutes(10);

bool IsUnderWay(const OrderRow& row) {
  return row.status.state() >= Status::OFFERED && row.status.state() <= Status::VERIFYING;
}
bool IsFinal(const OrderRow& row) { return row.status.state() >= Status::SUCCEEDED; }

// An order's row, and the machine that it is for.
struct Order {
  OrderRow row;
  bool offline = false, accepted = false, relapsed = false;
  v1::Verdict::State verdict = v1::Verdict::AFFECTED;
  std::map<uint32_t, int> offers;     // by attempt
  std::vector<v1::OrderReport> sent;  // what may come once more
};

// What server and database do around the engine, without them.
class RandomCampaign {
 public:
  explicit RandomCampaign(uint32_t seed) : random_(seed) {
    const int count = 1 + Draw(4);
    failure_percent_ = Draw(40);
    for (int number = 1; number <= count; ++number) {
      v1::WavePolicy& policy = *policies_.Add();
      policy.set_concurrency(static_cast<uint32_t>(1 + Draw(8)));
      policy.set_success_percent(static_cast<uint32_t>(1 + Draw(100)));
      policy.set_error_percent(static_cast<uint32_t>(Draw(100)));
      policy.set_min_sample(static_cast<uint32_t>(1 + Draw(10)));
      *policy.mutable_soak() = ToProto(absl::Minutes(Draw(3)));
      WaveRow& wave = waves_.emplace_back();
      wave.number = number;
      for (int left = Draw(12); left > 0; --left) {
        Order& order = orders_.emplace_back();
        order.row.wave = number;
        order.row.status.set_state(Status::SCHEDULED);
      }
    }
  }

  // False: the campaign is over.
  bool Turn() {
    now_ += absl::Seconds(30);
    for (Order& order : orders_) Happen(order);
    if (paused_) {
      ++pauses;
      Resume();
      return true;
    }
    Advance();
    if (!paused_ && !complete_) Offer();
    return !complete_;
  }

  int pauses = 0;

 private:
  int Draw(int below) { return static_cast<int>(random_() % static_cast<uint32_t>(below)); }

  // As the store counts, when it is asked.
  std::vector<WaveRow>& Counted() {
    for (WaveRow& wave : waves_) {
      wave.counts.Clear();
      wave.accepted_failures = 0;
    }
    for (const Order& order : orders_) {
      WaveRow& wave = waves_[static_cast<size_t>(order.row.wave - 1)];
      v1::OrderCounts& c = wave.counts;
      const auto state = order.row.status.state();
      if (state == Status::SCHEDULED && order.offline) c.set_offline(c.offline() + 1);
      if (state == Status::SCHEDULED && !order.offline) c.set_waiting(c.waiting() + 1);
      if (state == Status::OFFERED) c.set_offered(c.offered() + 1);
      if (state == Status::ACCEPTED) c.set_accepted(c.accepted() + 1);
      if (state == Status::RUNNING) c.set_running(c.running() + 1);
      if (state == Status::REBOOT_PENDING) c.set_reboot_pending(c.reboot_pending() + 1);
      if (state == Status::VERIFYING) c.set_verifying(c.verifying() + 1);
      if (state == Status::SUCCEEDED) c.set_succeeded(c.succeeded() + 1);
      if (state == Status::FAILED) c.set_failed(c.failed() + 1);
      if (state == Status::REFUSED) c.set_refused(c.refused() + 1);
      if (state == Status::EXPIRED) c.set_expired(c.expired() + 1);
      if (order.relapsed) c.set_relapsed(c.relapsed() + 1);
      const bool bad = state == Status::FAILED || state == Status::REFUSED || order.relapsed;
      if (bad && order.accepted) ++wave.accepted_failures;
    }
    return waves_;
  }

  // From the rows alone.
  Score Recount(int wave) const {
    Score score;
    for (const Order& order : orders_) {
      const auto state = order.row.status.state();
      if (order.row.wave != wave) continue;
      score.good += state == Status::SUCCEEDED && !order.relapsed;
      score.bad += (state == Status::FAILED || state == Status::REFUSED || order.relapsed) &&
                   !order.accepted;
    }
    return score;
  }
  int UnderWay(int wave) const {
    int count = 0;
    for (const Order& order : orders_) count += order.row.wave == wave && IsUnderWay(order.row);
    return count;
  }
  bool PastBreaker(int wave) const {
    const v1::WavePolicy& policy = policies_[wave - 1];
    const Score score = Recount(wave);
    return score.reported() >= policy.min_sample() &&
           score.bad * 100 > score.reported() * int64_t{policy.error_percent()};
  }
  bool AnyPastBreaker() const {
    for (const WaveRow& wave : waves_) {
      if (wave.state != v1::Wave::PENDING && PastBreaker(wave.number)) return true;
    }
    return false;
  }

  void Advance() {
    for (int step = 0; step < 20; ++step) {
      const Decision decision = Decide(policies_, Counted(), now_);
      for (const WaveRow& wave : waves_) {
        const Score counted = ScoreOf(wave), recounted = Recount(wave.number);
        ASSERT_EQ(counted.good, recounted.good);
        ASSERT_EQ(counted.bad, recounted.bad);
      }
      ASSERT_TRUE(decision.kind == Kind::kPause || !AnyPastBreaker());
      if (decision.kind == Kind::kNothing) return;
      if (decision.kind == Kind::kPause) {
        ASSERT_NE(decision.reason, v1::Campaign::PAUSE_REASON_UNSPECIFIED);
        ASSERT_FALSE(decision.detail.empty());
        reason_ = decision.reason;
        paused_ = true;
        return;
      }
      if (decision.kind == Kind::kComplete) {
        for (const Order& order : orders_) ASSERT_TRUE(IsFinal(order.row));
        complete_ = true;
        return;
      }
      WaveRow& wave = waves_[static_cast<size_t>(decision.wave - 1)];
      if (decision.kind == Kind::kStart) {
        CheckStart(wave);
        wave.state = v1::Wave::ACTIVE;
        return;  // orders are offered before the next look
      }
      ASSERT_TRUE(wave.state == v1::Wave::SOAKING || UnderWay(wave.number) == 0);
      if (decision.kind == Kind::kSoak) wave.soaks_since = now_;
      wave.state = decision.kind == Kind::kSoak ? v1::Wave::SOAKING : v1::Wave::DONE;
    }
  }

  void CheckStart(const WaveRow& wave) {
    ASSERT_EQ(wave.state, v1::Wave::PENDING);
    for (int before = 1; before < wave.number; ++before) {
      const WaveRow& earlier = waves_[static_cast<size_t>(before - 1)];
      const Score score = Recount(before);
      ASSERT_EQ(earlier.state, v1::Wave::DONE);
      ASSERT_TRUE(earlier.waived ||
                  score.good * 100 >=
                      score.reported() * int64_t{policies_[before - 1].success_percent()});
      ASSERT_FALSE(PastBreaker(before));
    }
  }

  void Offer() {
    std::map<int, int64_t> slots;
    for (const WaveRow& wave : Counted()) {
      slots[wave.number] = FreeSlots(policies_[wave.number - 1], wave);
    }
    for (Order& order : orders_) {
      if (order.row.status.state() != Status::SCHEDULED || order.offline) continue;
      if (slots[order.row.wave] <= 0) continue;
      --slots[order.row.wave];
      ASSERT_FALSE(AnyPastBreaker());
      ASSERT_NE(waves_[static_cast<size_t>(order.row.wave - 1)].state, v1::Wave::PENDING);
      ASSERT_EQ(++order.offers[order.row.attempt], 1);
      order.row.status.Clear();
      order.row.status.set_state(Status::OFFERED);
      order.row.deadline_at = now_ + kDeadline;
      ASSERT_LE(UnderWay(order.row.wave),
                static_cast<int>(policies_[order.row.wave - 1].concurrency()));
    }
  }

  void Happen(Order& order) {
    if (Draw(20) == 0) order.offline = !order.offline;
    if (IsUnderWay(order.row) && now_ >= *order.row.deadline_at) {
      order.row.status.set_state(Status::FAILED);
      order.row.status.set_cause(Status::DEADLINE_PASSED);
    }
    if (order.row.status.state() == Status::SUCCEEDED && Draw(500) == 0) order.relapsed = true;
    if (order.offline || Draw(3) != 0) return;
    if (!order.sent.empty() && Draw(4) == 0) {
      Tell(order, order.sent[static_cast<size_t>(Draw(static_cast<int>(order.sent.size())))]);
    } else if (order.row.status.state() != Status::SCHEDULED) {
      Tell(order, NextReport(order));
    }
  }

  // An agent goes through its order; now and then it says anything at all.
  v1::OrderReport NextReport(Order& order) {
    v1::OrderReport report;
    report.set_attempt(order.row.attempt);
    Status& status = *report.mutable_status();
    if (Draw(10) == 0) {
      status.set_state(static_cast<Status::State>(Draw(12)));
      report.set_attempt(static_cast<uint32_t>(1 + Draw(kAttempts)));
    } else if (order.row.status.state() >= Status::VERIFYING) {
      status.set_state(Status::VERIFYING);
      report.set_scanned(true);
      order.verdict = Draw(100) < failure_percent_ ? v1::Verdict::AFFECTED : v1::Verdict::FIXED;
    } else {
      status.set_state(static_cast<Status::State>(order.row.status.state() + 1));
    }
    order.sent.push_back(report);
    return report;
  }

  void Tell(Order& order, const v1::OrderReport& report) {
    ReportedOrder reported;
    reported.row = order.row;
    reported.report = report;
    reported.has_rule = true;
    reported.verdict = order.verdict;
    reported.deadline = kDeadline;
    const OrderRow next = Judge(reported, now_);
    const OrderRow& row = order.row;
    ASSERT_EQ(next.attempt, row.attempt);
    ASSERT_EQ(next.wave, row.wave);
    if (next.status.state() != row.status.state()) {
      ASSERT_EQ(report.attempt(), row.attempt);
      ASSERT_NE(row.status.state(), Status::SCHEDULED) << "nobody has offered it";
      ASSERT_TRUE(IsFinal(next) || next.status.state() > row.status.state());
      ASSERT_TRUE(!IsFinal(row) || (row.status.state() == Status::FAILED &&
                                    row.status.cause() == Status::DEADLINE_PASSED));
      ASSERT_TRUE(!IsFinal(row) || IsFinal(next)) << "an end is no beginning";
    }
    if (next.status.state() == Status::SUCCEEDED && row.status.state() != Status::SUCCEEDED) {
      ASSERT_TRUE(report.scanned());
      ASSERT_EQ(order.verdict, v1::Verdict::FIXED);
    }
    order.row = next;
  }

  // As Campaigns does, by an operator who tries again now and then.
  void Resume() {
    if (Draw(2) == 0) {
      for (Order& order : orders_) {
        const auto state = order.row.status.state();
        if ((state != Status::FAILED && state != Status::REFUSED) ||
            order.row.attempt >= kAttempts) {
          continue;
        }
        ++order.row.attempt;
        order.row.status.Clear();
        order.row.status.set_state(Status::SCHEDULED);
        order.accepted = false;
        WaveRow& wave = waves_[static_cast<size_t>(order.row.wave - 1)];
        if (wave.state != v1::Wave::PENDING) wave.state = v1::Wave::ACTIVE;
      }
    }
    for (WaveRow& wave : waves_) {
      if (reason_ != v1::Campaign::ERRORS_ABOVE_THRESHOLD && wave.state != v1::Wave::PENDING) {
        wave.waived = true;
      }
    }
    for (Order& order : orders_) {
      const auto state = order.row.status.state();
      if (state == Status::FAILED || state == Status::REFUSED || order.relapsed) {
        order.accepted = true;
      }
    }
    paused_ = false;
  }

  std::mt19937 random_;
  int failure_percent_ = 0;
  google::protobuf::RepeatedPtrField<v1::WavePolicy> policies_;
  std::vector<WaveRow> waves_;
  std::vector<Order> orders_;
  absl::Time now_ = absl::FromUnixSeconds(1'372'636'800);
  bool paused_ = false, complete_ = false;
  v1::Campaign::PauseReason reason_ = v1::Campaign::PAUSE_REASON_UNSPECIFIED;
};

TEST(EnginePropertyTest, HoldsWhateverHappens) {
  int pauses = 0, completed = 0;
  for (uint32_t seed = 0; seed < 2'000; ++seed) {
    SCOPED_TRACE(seed);
    RandomCampaign campaign(seed);
    for (int turn = 0; turn < 2'000; ++turn) {
      const bool goes_on = campaign.Turn();
      if (HasFatalFailure()) return;
      if (goes_on) continue;
      ++completed;
      break;
    }
    pauses += campaign.pauses;
  }
  EXPECT_GT(pauses, 1'000);
  EXPECT_EQ(completed, 2'000);
}

}  // namespace
}  // namespace muster::campaign
