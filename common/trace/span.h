// A piece of work within a trace: what it was, when, how it ended. Spans of one trace hang below
// each other, across threads and programs.
#ifndef MUSTER_COMMON_TRACE_SPAN_H_
#define MUSTER_COMMON_TRACE_SPAN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/log/log_field.h"
#include "common/trace/trace_context.h"

namespace muster::trace {

class Tracer;

// As OTLP numbers them (opentelemetry/proto/trace/v1/trace.proto).
enum class SpanKind { kInternal = 1, kServer = 2, kClient = 3 };

// What a span has recorded. Names, keys and values say nothing of machines and persons: collectors
// are no place for them.
struct SpanData {
  SpanContext context;
  SpanId parent{};  // all zeros: a root
  std::string name;
  SpanKind kind = SpanKind::kInternal;
  absl::Time start, end;
  std::vector<std::pair<const char*, std::variant<std::string, int64_t>>> attributes;
  bool failed = false;
};

// Takes what has ended. Called from any thread; must not block.
class SpanSink {
 public:
  virtual ~SpanSink() = default;
  virtual void Take(SpanData span) = 0;
};

// From its start to its destruction. A span that is not sampled records nothing, and costs next to
// nothing; its context is handed on all the same. Made by a Tracer, which must outlive it. Belongs
// to one thread at a time; its context may be read by others meanwhile.
class Span {
 public:
  Span() = default;  // of no trace
  Span(Span&&) = default;
  Span& operator=(Span&&) = delete;
  ~Span();

  // Of whoever is called for it; not valid: of no trace.
  const SpanContext& context() const { return context_; }
  // For the log: empty where nothing is recorded that could be looked up.
  std::string LogId() const { return context_.sampled ? ToHex(context_.trace) : std::string(); }

  // By OpenTelemetry's semantic conventions. A key is set once.
  void Set(const char* key, absl::string_view value);
  void SetNumber(const char* key, int64_t value);
  // The work failed, with an error of this kind ("UNAVAILABLE"): a word from a small set, not a
  // message.
  void Fail(absl::string_view error_type);

 private:
  friend class Tracer;
  friend class CurrentSpan;
  Span(const Tracer* tracer, const SpanContext& context) : tracer_(tracer), context_(context) {}

  const Tracer* tracer_ = nullptr;
  SpanContext context_;
  std::unique_ptr<SpanData> data_;  // null: nothing is recorded
};

// Makes a span the calling thread's current one for as long as this lives: spans begun by
// StartBelowCurrent hang below it, and lines that are logged have its "traceId". Nests as scopes
// do. Not across a co_await.
class CurrentSpan {
 public:
  explicit CurrentSpan(const Span& span);
  ~CurrentSpan();
  CurrentSpan(const CurrentSpan&) = delete;
  CurrentSpan& operator=(const CurrentSpan&) = delete;

 private:
  friend Span StartBelowCurrent(absl::string_view name, SpanKind kind);

  const Tracer* const tracer_;
  const SpanContext context_;
  const CurrentSpan* const outer_;
  const LogField trace_id_;
};

// Of no trace where the thread has no current span.
Span StartBelowCurrent(absl::string_view name, SpanKind kind);

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_SPAN_H_
