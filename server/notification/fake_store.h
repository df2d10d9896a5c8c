// A store in memory that fails when a test says so.
#ifndef MUSTER_SERVER_NOTIFICATION_FAKE_STORE_H_
#define MUSTER_SERVER_NOTIFICATION_FAKE_STORE_H_

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "server/notification/store.h"

namespace muster::notification {

// Thread-safe.
class FakeStore : public Store {
 public:
  struct Row {
    Delivery delivery;
    absl::Time due = absl::InfinitePast();
    bool sent = false;
    bool given_up = false;
    std::string error;
    absl::Time failed_at;  // when MarkFailed was last called, by the real clock
  };

  void Add(Delivery delivery) {
    absl::MutexLock lock(&mutex_);
    const int64_t id = delivery.id;
    rows_[id].delivery = std::move(delivery);
  }
  // The next so many calls fail with UNAVAILABLE.
  void FailTakes(int count) {
    absl::MutexLock lock(&mutex_);
    failing_takes_ = count;
  }
  void FailMarks(int count) {
    absl::MutexLock lock(&mutex_);
    failing_marks_ = count;
  }
  void Remove(int64_t id) {
    absl::MutexLock lock(&mutex_);
    rows_.erase(id);
  }
  Row Get(int64_t id) {
    absl::MutexLock lock(&mutex_);
    return rows_[id];
  }
  // Whether it came true in a time that only a broken sender needs.
  bool WaitFor(int64_t id, const std::function<bool(const Row&)>& what) {
    absl::MutexLock lock(&mutex_);
    auto holds = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      auto row = rows_.find(id);
      return row != rows_.end() && what(row->second);
    };
    return mutex_.AwaitWithTimeout(absl::Condition(&holds), absl::Seconds(20));
  }
  bool WaitUntilSent(int64_t id) {
    return WaitFor(id, [](const Row& row) { return row.sent; });
  }
  bool WaitUntilGivenUp(int64_t id) {
    return WaitFor(id, [](const Row& row) { return row.given_up; });
  }
  bool WaitUntilFailed(int64_t id) {
    return WaitFor(id, [](const Row& row) { return row.delivery.attempts > 0; });
  }

  absl::StatusOr<std::vector<Delivery>> TakeDue(absl::Time now, absl::Duration lease,
                                                int limit) override {
    absl::MutexLock lock(&mutex_);
    if (failing_takes_ > 0 && failing_takes_-- > 0) return absl::UnavailableError("no database");
    std::vector<Delivery> due;
    for (auto& [id, row] : rows_) {
      if (row.sent || row.given_up || row.due > now) continue;
      if (due.size() == static_cast<size_t>(limit)) break;
      row.due = now + lease;
      due.push_back(row.delivery);
    }
    return due;
  }
  absl::Status MarkSent(int64_t id, absl::Time) override {
    return Mark(id, [](Row& row) { row.sent = true; });
  }
  absl::Status MarkFailed(int64_t id, const std::string& error, absl::Time next_try) override {
    return Mark(id, [&](Row& row) {
      ++row.delivery.attempts;
      row.error = error;
      row.due = next_try;
      row.failed_at = absl::Now();
    });
  }
  absl::Status MarkGivenUp(int64_t id, const std::string& error, absl::Time) override {
    return Mark(id, [&](Row& row) {
      row.given_up = true;
      row.error = error;
    });
  }

 private:
  absl::Status Mark(int64_t id, const std::function<void(Row&)>& change) {
    absl::MutexLock lock(&mutex_);
    if (failing_marks_ > 0 && failing_marks_-- > 0) return absl::UnavailableError("no database");
    auto row = rows_.find(id);
    if (row == rows_.end()) return absl::NotFoundError("no such delivery");
    change(row->second);
    return absl::OkStatus();
  }

  absl::Mutex mutex_;
  std::map<int64_t, Row> rows_ ABSL_GUARDED_BY(mutex_);
  int failing_takes_ ABSL_GUARDED_BY(mutex_) = 0;
  int failing_marks_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_FAKE_STORE_H_
