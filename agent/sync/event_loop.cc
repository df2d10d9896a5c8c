#include "agent/sync/event_loop.h"

namespace muster::sync {

EventLoop::EventLoop() : thread_([this] { Run(); }) {}

EventLoop::~EventLoop() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.Signal();
  }
  thread_.join();
}

void EventLoop::Post(std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  ready_.push_back(std::move(work));
  wake_.Signal();
}

Scheduler::TimerId EventLoop::After(absl::Duration delay, std::function<void()> work) {
  absl::MutexLock lock(&mutex_);
  TimerId timer = ++last_timer_;
  const Clock::time_point due = Clock::now() + absl::ToChronoNanoseconds(delay);
  timers_.emplace(TimerKey{due, timer}, std::move(work));
  due_.emplace(timer, due);
  wake_.Signal();
  return timer;
}

void EventLoop::Cancel(TimerId timer) {
  absl::MutexLock lock(&mutex_);
  auto it = due_.find(timer);
  if (it == due_.end()) return;
  timers_.erase({it->second, timer});
  due_.erase(it);
}

std::function<void()> EventLoop::Take() {
  absl::MutexLock lock(&mutex_);
  for (;;) {
    if (stopping_) return nullptr;
    auto first = timers_.begin();
    if (first != timers_.end() && first->first.first <= Clock::now()) {
      std::function<void()> work = std::move(first->second);
      due_.erase(first->first.second);
      timers_.erase(first);
      return work;
    }
    if (!ready_.empty()) {
      std::function<void()> work = std::move(ready_.front());
      ready_.pop_front();
      return work;
    }
    if (first == timers_.end()) {
      wake_.Wait(&mutex_);
    } else {
      wake_.WaitWithTimeout(&mutex_, absl::FromChrono(first->first.first - Clock::now()));
    }
  }
}

void EventLoop::Run() {
  while (auto work = Take()) work();
}

}  // namespace muster::sync
