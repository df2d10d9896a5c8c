// Keeps what has ended, for tests.
#ifndef MUSTER_COMMON_TRACE_KEEPING_SINK_H_
#define MUSTER_COMMON_TRACE_KEEPING_SINK_H_

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/trace/span.h"

namespace muster::trace {

// Thread-safe.
class KeepingSink : public SpanSink {
 public:
  void Take(SpanData span) override {
    absl::MutexLock lock(&mutex_);
    spans_.push_back(std::move(span));
  }
  // Waits until there are so many; all there are, in the order in which they ended.
  std::vector<SpanData> Await(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) { return spans_.size() >= count; };
    mutex_.AwaitWithTimeout(absl::Condition(&enough), absl::Seconds(20));
    return spans_;
  }
  std::vector<SpanData> spans() { return Await(0); }

 private:
  absl::Mutex mutex_;
  std::vector<SpanData> spans_ ABSL_GUARDED_BY(mutex_);
};

// "key=value" for each attribute, in their order.
inline std::vector<std::string> AttributesOf(const SpanData& span) {
  std::vector<std::string> texts;
  for (const auto& [key, value] : span.attributes) {
    const auto* text = std::get_if<std::string>(&value);
    texts.push_back(text != nullptr ? absl::StrCat(key, "=", *text)
                                    : absl::StrCat(key, "=", std::get<int64_t>(value)));
  }
  return texts;
}

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_KEEPING_SINK_H_
