// One thread on which an agent's reactions run, one after the other. The fleet simulator runs
// thousands of agents on one.
#ifndef MUSTER_AGENT_SYNC_EVENT_LOOP_H_
#define MUSTER_AGENT_SYNC_EVENT_LOOP_H_

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace muster::sync {

// Where reactions and timers are handed in.
class Scheduler {
 public:
  using TimerId = uint64_t;  // 0 is no timer

  virtual ~Scheduler() = default;
  // Thread-safe.
  virtual void Post(std::function<void()> work) = 0;
  virtual TimerId After(absl::Duration delay, std::function<void()> work) = 0;
  // Nothing happens where it has run already. From the loop's own thread: it will not run.
  virtual void Cancel(TimerId timer) = 0;
};

// Thread-safe. The destructor drops what has not run.
class EventLoop : public Scheduler {
 public:
  EventLoop();
  ~EventLoop() override;

  void Post(std::function<void()> work) override;
  TimerId After(absl::Duration delay, std::function<void()> work) override;
  void Cancel(TimerId timer) override;

 private:
  // A clock that nobody sets: people do set machines back by years to get around certificates.
  using Clock = std::chrono::steady_clock;
  using TimerKey = std::pair<Clock::time_point, TimerId>;

  void Run();
  // The next reaction whose time has come; waits for it. Null: the loop ends.
  std::function<void()> Take();

  absl::Mutex mutex_;
  std::deque<std::function<void()>> ready_ ABSL_GUARDED_BY(mutex_);
  std::map<TimerKey, std::function<void()>> timers_ ABSL_GUARDED_BY(mutex_);
  std::map<TimerId, Clock::time_point> due_ ABSL_GUARDED_BY(mutex_);
  TimerId last_timer_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  absl::CondVar wake_;
  std::thread thread_;
};

}  // namespace muster::sync

#endif  // MUSTER_AGENT_SYNC_EVENT_LOOP_H_
