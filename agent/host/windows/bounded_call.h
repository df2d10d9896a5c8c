// Calls that may hang, bounded in time: each runs on a thread of its own, which is left behind when
// the caller's time is over. No Windows header: tested everywhere.
#ifndef MUSTER_AGENT_HOST_WINDOWS_BOUNDED_CALL_H_
#define MUSTER_AGENT_HOST_WINDOWS_BOUNDED_CALL_H_

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "agent/host/system.h"
#include "agent/host/windows/detached_thread.h"

namespace muster::host {

// A clock that nobody can set back, as people do to get around expired certificates.
using SteadyClock = std::chrono::steady_clock;

// The answer that a worker fills in while its caller waits. Both own it, so a worker that was left
// behind harms nobody. Thread-safe.
template <typename T>
class PendingAnswer {
 public:
  // `limit` runs from now; a day at most.
  explicit PendingAnswer(absl::Duration limit)
      : start_(SteadyClock::now()),
        deadline_(start_ + absl::ToChronoMilliseconds(std::min(limit, absl::Hours(24)))) {}

  // For workers: changes what was seen so far. False: nobody waits any more, give up.
  template <typename F>
  [[nodiscard]] bool Update(F&& change) {
    absl::MutexLock lock(&mutex_);
    if (left_behind_) return false;
    change(answer_.value);
    return true;
  }

  // For workers: how it ended; with kOk the success code. What is said first stays.
  void End(AnswerCode code, uint32_t hresult, const std::string& detail) {
    absl::MutexLock lock(&mutex_);
    if (ended_ || left_behind_) return;
    ended_ = true;
    answer_.code = code;
    answer_.hresult = hresult;
    answer_.detail = detail;
    changed_.SignalAll();
  }

  // How long the caller still waits; never negative.
  absl::Duration Remaining() const {
    return std::max(absl::ZeroDuration(), absl::FromChrono(deadline_ - SteadyClock::now()));
  }

  // For workers, at their end: the caller has gone without them.
  bool left_behind() const {
    absl::MutexLock lock(&mutex_);
    return left_behind_;
  }

  // For the caller, once: the answer, by the deadline at the latest.
  Answer<T> Wait() {
    absl::MutexLock lock(&mutex_);
    while (!ended_ && Remaining() > absl::ZeroDuration()) {
      changed_.WaitWithTimeout(&mutex_, Remaining());
    }
    left_behind_ = !ended_;
    answer_.elapsed = absl::FromChrono(SteadyClock::now() - start_);
    return std::move(answer_);
  }

 private:
  const SteadyClock::time_point start_, deadline_;
  mutable absl::Mutex mutex_;
  absl::CondVar changed_;
  Answer<T> answer_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool left_behind_ ABSL_GUARDED_BY(mutex_) = false;
};

// Starts the threads and counts those left behind. Thread-safe; threads may outlive it.
class BoundedCaller {
 public:
  // More hanging threads than that are never there: each costs its stack.
  explicit BoundedCaller(int max_left_behind)
      : max_left_behind_(max_left_behind), left_behind_(std::make_shared<LeftBehind>()) {}

  // Runs `work` and gives its answer by the deadline: else kTimedOut, with what it had seen.
  // `what` is for messages: "Win32_QuickFixEngineering". `work` must own what it uses, end its
  // answer on every way, and give up where Update is refused. kFailed, at once, where too many
  // earlier calls still hang or no thread can be had.
  template <typename T>
  Answer<T> Call(absl::string_view what, absl::Duration limit,
                 std::function<void(PendingAnswer<T>&)> work);

 private:
  // Source: winerror.h; the first two as HRESULT_FROM_WIN32.
  static constexpr uint32_t kErrorTimeout = 0x800705B4;
  static constexpr uint32_t kErrorMaxThreadsReached = 0x800700A4;
  static constexpr uint32_t kEUnexpected = 0x8000FFFF;

  struct LeftBehind {
    absl::Mutex mutex;
    int count ABSL_GUARDED_BY(mutex) = 0;
  };

  // Runs `work` and answers "", or what it threw.
  static std::string RunGuarded(const std::function<void()>& work);
  bool TooManyHang() const;
  static void Count(LeftBehind& left_behind, int change);
  // The words of the two failures that are the caller's own.
  static std::string TimedOutText(absl::string_view what, absl::Duration limit);
  std::string CannotStartText(absl::string_view what) const;

  const int max_left_behind_;
  const std::shared_ptr<LeftBehind> left_behind_;
};

template <typename T>
Answer<T> BoundedCaller::Call(absl::string_view what, absl::Duration limit,
                              std::function<void(PendingAnswer<T>&)> work) {
  const auto pending = std::make_shared<PendingAnswer<T>>(limit);
  const bool started = !TooManyHang() && StartDetachedThread([pending, work = std::move(work),
                                                              counter = left_behind_] {
    const std::string thrown = RunGuarded([&] { work(*pending); });
    pending->End(AnswerCode::kFailed, kEUnexpected,
                 thrown.empty() ? "The source ended without an answer" : thrown);
    if (pending->left_behind()) Count(*counter, -1);
  });
  if (!started) {
    pending->End(AnswerCode::kFailed, kErrorMaxThreadsReached, CannotStartText(what));
  }
  Answer<T> answer = pending->Wait();
  if (pending->left_behind()) {
    Count(*left_behind_, 1);
    answer.code = AnswerCode::kTimedOut;
    answer.hresult = kErrorTimeout;
    answer.detail = TimedOutText(what, limit);
  }
  return answer;
}

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_BOUNDED_CALL_H_
