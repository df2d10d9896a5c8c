#include "common/trace/span.h"

#include "common/trace/tracer.h"

namespace muster::trace {
namespace {

thread_local const CurrentSpan* current = nullptr;

}  // namespace

Span::~Span() {
  if (data_ != nullptr) tracer_->End(std::move(*data_));
}

void Span::Set(const char* key, absl::string_view value) {
  if (data_ != nullptr) data_->attributes.emplace_back(key, std::string(value));
}

void Span::SetNumber(const char* key, int64_t value) {
  if (data_ != nullptr) data_->attributes.emplace_back(key, value);
}

void Span::Fail(absl::string_view error_type) {
  if (data_ == nullptr) return;
  data_->failed = true;
  Set("error.type", error_type);
}

CurrentSpan::CurrentSpan(const Span& span)
    : tracer_(span.tracer_),
      context_(span.context()),
      outer_(std::exchange(current, this)),
      trace_id_("traceId", span.LogId()) {}

CurrentSpan::~CurrentSpan() { current = outer_; }

Span StartBelowCurrent(absl::string_view name, SpanKind kind) {
  if (current == nullptr || current->tracer_ == nullptr) return Span();
  return current->tracer_->Start(name, kind, current->context_);
}

}  // namespace muster::trace
