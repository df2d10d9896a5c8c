#include "common/trace/span_queue.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace muster::trace {
namespace {

// What it takes in memory, near enough.
size_t Weight(const SpanData& span) {
  size_t bytes = sizeof(SpanData) + span.name.size();
  for (const auto& [key, value] : span.attributes) {
    const auto* text = std::get_if<std::string>(&value);
    bytes += sizeof(span.attributes[0]) + (text == nullptr ? 0 : text->size());
  }
  return bytes;
}

}  // namespace

bool SpanQueue::Push(SpanData span) {
  const size_t weight = Weight(span);
  absl::MutexLock lock(&mutex_);
  if (closed_ || spans_.size() >= options_.max_spans || bytes_ + weight > options_.max_bytes) {
    return false;
  }
  bytes_ += weight;
  spans_.push_back(std::move(span));
  return true;
}

std::vector<SpanData> SpanQueue::Pop(size_t count, absl::Duration patience) {
  absl::MutexLock lock(&mutex_);
  const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return closed_ || spans_.size() >= count;
  };
  mutex_.AwaitWithTimeout(absl::Condition(&enough), patience);
  const auto end = spans_.begin() + static_cast<ptrdiff_t>(std::min(count, spans_.size()));
  std::vector<SpanData> popped(std::make_move_iterator(spans_.begin()),
                               std::make_move_iterator(end));
  spans_.erase(spans_.begin(), end);
  for (const SpanData& span : popped) bytes_ -= Weight(span);
  return popped;
}

bool SpanQueue::Rest(absl::Duration pause) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&closed_), pause);
}

void SpanQueue::Close() {
  absl::MutexLock lock(&mutex_);
  closed_ = true;
}

}  // namespace muster::trace
