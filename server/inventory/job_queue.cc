#include "server/inventory/job_queue.h"

#include <utility>

namespace muster::inventory {

absl::Status JobQueue::Push(Job& job) {
  absl::MutexLock lock(&mutex_);
  if (closed_) return absl::UnavailableError("the server is shutting down");
  if (jobs_.size() >= options_.max_jobs || bytes_ + job.bytes > options_.max_bytes) {
    ++refused_;
    return absl::ResourceExhaustedError("the server has as many reports waiting as it can hold");
  }
  bytes_ += job.bytes;
  jobs_.push_back(std::move(job));
  return absl::OkStatus();
}

void JobQueue::PushFollowUp(Job job) {
  absl::MutexLock lock(&mutex_);
  bytes_ += job.bytes;
  jobs_.push_back(std::move(job));
}

std::vector<Job> JobQueue::Pop(size_t max_jobs, size_t max_bytes, absl::Duration patience) {
  absl::MutexLock lock(&mutex_);
  auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return closed_ || !jobs_.empty(); };
  mutex_.AwaitWithTimeout(absl::Condition(&ready), patience);
  std::vector<Job> taken;
  size_t bytes = 0;
  while (!jobs_.empty() && taken.size() < max_jobs && (taken.empty() || bytes < max_bytes)) {
    bytes += jobs_.front().bytes;
    taken.push_back(std::move(jobs_.front()));
    jobs_.pop_front();
  }
  bytes_ -= bytes;
  return taken;
}

void JobQueue::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

bool JobQueue::closed() const {
  absl::MutexLock lock(&mutex_);
  return closed_;
}

size_t JobQueue::size() const {
  absl::MutexLock lock(&mutex_);
  return jobs_.size();
}

size_t JobQueue::bytes() const {
  absl::MutexLock lock(&mutex_);
  return bytes_;
}

int64_t JobQueue::refused() const {
  absl::MutexLock lock(&mutex_);
  return refused_;
}

}  // namespace muster::inventory
