// Spans that wait to be sent.
#ifndef MUSTER_COMMON_TRACE_SPAN_QUEUE_H_
#define MUSTER_COMMON_TRACE_SPAN_QUEUE_H_

#include <cstddef>
#include <deque>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/trace/span.h"

namespace muster::trace {

struct SpanQueueOptions {
  // Enough for a collector's restart under load: some 500 bytes a span.
  size_t max_spans = 16'384;
  size_t max_bytes = 8 * 1024 * 1024;
};

// Thread-safe.
class SpanQueue {
 public:
  explicit SpanQueue(SpanQueueOptions options) : options_(options) {}

  // Never waits. False, and the span is gone, where the queue is full or closed.
  [[nodiscard]] bool Push(SpanData span);
  // Waits until there are so many spans, or for so long, or until Close; then the oldest, at most
  // so many. None after Close: there will be no more.
  std::vector<SpanData> Pop(size_t count, absl::Duration patience);
  // Waits so long, or until Close; false: closed.
  bool Rest(absl::Duration pause);
  // No more spans are taken, and nobody waits any longer.
  void Close();

 private:
  const SpanQueueOptions options_;
  absl::Mutex mutex_;
  std::deque<SpanData> spans_ ABSL_GUARDED_BY(mutex_);
  size_t bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_SPAN_QUEUE_H_
