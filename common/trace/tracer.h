// Begins spans, and decides which are recorded.
#ifndef MUSTER_COMMON_TRACE_TRACER_H_
#define MUSTER_COMMON_TRACE_TRACER_H_

#include <cstdint>
#include <functional>

#include "absl/strings/string_view.h"
#include "common/clock.h"
#include "common/trace/span.h"

namespace muster::trace {

// 64 random bits; called from any thread.
using Random = std::function<uint64_t()>;

// Of a generator that each thread has for itself.
uint64_t RandomBits();

// Thread-safe.
class Tracer {
 public:
  // Off: begins no trace and records nothing; a caller's context is handed on as it came.
  Tracer() = default;
  // What a caller has sampled is recorded, what it has not is not; of traces that begin here, this
  // share from 0 to 1 (chosen by trace id, as TraceIdRatioBased of OpenTelemetry's SDKs does).
  // `sink` must outlive it.
  Tracer(SpanSink& sink, double ratio, Clock clock, Random random);
  Tracer(const Tracer&) = delete;
  Tracer& operator=(const Tracer&) = delete;

  // Below `parent`; a trace of its own where that is not valid.
  Span Start(absl::string_view name, SpanKind kind, const SpanContext& parent = {}) const;

 private:
  friend class Span;
  void End(SpanData span) const;
  SpanContext NewTrace() const;

  SpanSink* const sink_ = nullptr;  // null: off
  const double ratio_ = 0;
  const Clock clock_;
  const Random random_;
};

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_TRACER_H_
