#include "common/trace/tracer.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <utility>

namespace muster::trace {
namespace {

constexpr int kRatioBits = 56;  // of a trace id's end; those are random (w3.org/TR/trace-context-2)

SpanId NewSpanId(const Random& random) {
  SpanId id{};
  while (id == SpanId{}) {
    const uint64_t bits = random();
    std::memcpy(id.data(), &bits, id.size());
  }
  return id;
}

bool IsWithin(double ratio, const TraceId& id) {
  uint64_t end = 0;
  for (size_t i = id.size() - kRatioBits / 8; i < id.size(); ++i) end = end << 8 | id[i];
  return static_cast<double>(end) < std::ldexp(ratio, kRatioBits);
}

}  // namespace

uint64_t RandomBits() {
  thread_local std::mt19937_64 generator([] {
    std::random_device device;
    std::seed_seq seed{device(), device(), device(), device()};
    return std::mt19937_64(seed);
  }());
  return generator();
}

Tracer::Tracer(SpanSink& sink, double ratio, Clock clock, Random random)
    : sink_(&sink), ratio_(ratio), clock_(std::move(clock)), random_(std::move(random)) {}

SpanContext Tracer::NewTrace() const {
  SpanContext context;
  const SpanId head = NewSpanId(random_), tail = NewSpanId(random_);
  std::copy(tail.begin(), tail.end(), std::copy(head.begin(), head.end(), context.trace.begin()));
  context.sampled = IsWithin(ratio_, context.trace);
  return context;
}

Span Tracer::Start(absl::string_view name, SpanKind kind, const SpanContext& parent) const {
  if (parent.valid() && (sink_ == nullptr || !parent.sampled)) return Span(this, parent);
  if (sink_ == nullptr) return Span();
  SpanContext context = parent.valid() ? parent : NewTrace();
  context.span = NewSpanId(random_);
  Span span(this, context);
  if (!context.sampled) return span;
  span.data_ = std::make_unique<SpanData>();
  span.data_->context = context;
  span.data_->parent = parent.span;
  span.data_->name = std::string(name);
  span.data_->kind = kind;
  span.data_->start = clock_();
  return span;
}

void Tracer::End(SpanData span) const {
  span.end = std::max(span.start, clock_());  // clocks are set back
  sink_->Take(std::move(span));
}

}  // namespace muster::trace
