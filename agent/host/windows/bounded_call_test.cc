#include "agent/host/windows/bounded_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

#include "absl/synchronization/notification.h"

namespace muster::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

using Rows = std::vector<int>;

// Long enough for every machine; tests that reach it fail.
constexpr absl::Duration kNever = absl::Seconds(60);

TEST(BoundedCaller, GivesTheWorkersAnswer) {
  BoundedCaller caller(1);
  const Answer<Rows> answer = caller.Call<Rows>("rows", kNever, [](PendingAnswer<Rows>& pending) {
    EXPECT_TRUE(pending.Update([](Rows& rows) { rows = {1, 2}; }));
    pending.End(AnswerCode::kOk, 1, "");
  });
  EXPECT_TRUE(answer.complete());
  EXPECT_EQ(answer.hresult, 1u);
  EXPECT_THAT(answer.value, ElementsAre(1, 2));
}

TEST(BoundedCaller, KeepsPartialRowsOfAnError) {
  BoundedCaller caller(1);
  const Answer<Rows> answer = caller.Call<Rows>("rows", kNever, [](PendingAnswer<Rows>& pending) {
    EXPECT_TRUE(pending.Update([](Rows& rows) { rows.push_back(1); }));
    pending.End(AnswerCode::kPartial, 0x80041004, "failed after 1 row");
    pending.End(AnswerCode::kOk, 0, "");
  });
  EXPECT_EQ(answer.code, AnswerCode::kPartial);
  EXPECT_EQ(answer.hresult, 0x80041004u);
  EXPECT_THAT(answer.value, ElementsAre(1));
}

// A worker that hangs until the test lets it go.
struct Hanging {
  absl::Notification release, gone;
  bool row_seen = false;  // the limit runs from before the thread starts: it may come too late

  Answer<Rows> Call(BoundedCaller& caller) {
    return caller.Call<Rows>("WMI", absl::Milliseconds(20), [this](PendingAnswer<Rows>& pending) {
      row_seen = pending.Update([](Rows& rows) { rows.push_back(7); });
      release.WaitForNotification();
      EXPECT_FALSE(pending.Update([](Rows& rows) { rows.push_back(8); }));
      pending.End(AnswerCode::kOk, 0, "too late");
      gone.Notify();
    });
  }
};

TEST(BoundedCaller, LeavesAHangingWorkerBehindWithWhatItSaw) {
  BoundedCaller caller(1);
  Hanging hanging;
  const Answer<Rows> answer = hanging.Call(caller);
  EXPECT_EQ(answer.code, AnswerCode::kTimedOut);
  EXPECT_EQ(answer.hresult, 0x800705B4u);
  EXPECT_THAT(answer.detail, HasSubstr("WMI gave no answer within 20ms"));
  EXPECT_GE(answer.elapsed, absl::Milliseconds(20));
  hanging.release.Notify();
  hanging.gone.WaitForNotification();
  EXPECT_EQ(answer.value.size(), hanging.row_seen ? 1u : 0u);
}

TEST(BoundedCaller, RefusesWhenTooManyHang) {
  BoundedCaller caller(1);
  Hanging hanging;
  EXPECT_EQ(hanging.Call(caller).code, AnswerCode::kTimedOut);
  const auto end_at_once = [](PendingAnswer<Rows>& pending) {
    pending.End(AnswerCode::kOk, 0, "");
  };
  const Answer<Rows> refused = caller.Call<Rows>("WMI", kNever, end_at_once);
  EXPECT_EQ(refused.code, AnswerCode::kFailed);
  EXPECT_EQ(refused.hresult, 0x800700A4u);
  hanging.release.Notify();
  hanging.gone.WaitForNotification();
  // The thread counts itself off behind its last word: soon, but not at once.
  const auto deadline = SteadyClock::now() + absl::ToChronoSeconds(kNever);
  AnswerCode code = AnswerCode::kFailed;
  while (code != AnswerCode::kOk && SteadyClock::now() < deadline) {
    code = caller.Call<Rows>("WMI", kNever, end_at_once).code;
  }
  EXPECT_EQ(code, AnswerCode::kOk);
}

TEST(BoundedCaller, AWorkerThatThrowsIsAFailure) {
  BoundedCaller caller(1);
  const Answer<Rows> answer = caller.Call<Rows>(
      "rows", kNever, [](PendingAnswer<Rows>&) { throw std::runtime_error("no memory"); });
  EXPECT_EQ(answer.code, AnswerCode::kFailed);
  EXPECT_THAT(answer.detail, HasSubstr("no memory"));
}

TEST(BoundedCaller, AWorkerWithoutAWordIsAFailure) {
  BoundedCaller caller(1);
  EXPECT_EQ(caller.Call<Rows>("rows", kNever, [](PendingAnswer<Rows>&) {}).code,
            AnswerCode::kFailed);
}

TEST(BoundedCaller, NoTimeAtAllIsATimeout) {
  BoundedCaller caller(1);
  absl::Notification gone;
  const Answer<Rows> answer = caller.Call<Rows>("rows", -absl::Seconds(5),
                                                [&gone](PendingAnswer<Rows>&) { gone.Notify(); });
  EXPECT_NE(answer.code, AnswerCode::kOk);
  gone.WaitForNotification();
}

}  // namespace
}  // namespace muster::host
