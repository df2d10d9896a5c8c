#include "common/trace/exporter.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "common/sigpipe.h"
#include "common/trace/tracer.h"

namespace muster::trace {

Exporter::Exporter(ExporterOptions options)
    : options_(std::move(options)),
      queue_(options_.queue),
      collector_(options_.collector),
      backoff_({.initial = options_.first_pause,
                .cap = options_.max_pause,
                .spread = absl::ZeroDuration()},
               Digest(), RandomBits()),
      thread_([this] { Run(); }) {}

Exporter::~Exporter() {
  collector_.EndBy(std::chrono::steady_clock::now() + absl::ToChronoNanoseconds(options_.grace));
  queue_.Close();
  thread_.join();
}

void Exporter::Take(SpanData span) {
  if (!queue_.Push(std::move(span))) ++dropped_;
}

ExporterCounts Exporter::counts() const { return {exported_, dropped_}; }

void Exporter::Run() {
  BlockSigpipe();
  bool more = true;
  while (more) {
    const std::vector<SpanData> spans = queue_.Pop(options_.max_batch_spans, options_.interval);
    if (!spans.empty()) Send(spans);
    more = !spans.empty() || queue_.Rest(absl::ZeroDuration());
  }
}

void Exporter::Send(const std::vector<SpanData>& spans) {
  const std::string json = OtlpJson(options_.resource, spans);
  const auto count = static_cast<int64_t>(spans.size());
  for (int attempt = 1;; ++attempt) {
    const Answer answer = collector_.Post(json);
    Note(answer);
    if (answer.kind == Answer::Kind::kTaken) {
      const int64_t rejected = std::clamp<int64_t>(RejectedSpans(answer.body), 0, count);
      exported_ += count - rejected;
      dropped_ += rejected;
      backoff_.Reset();
      return;
    }
    const absl::Duration pause =
        std::max(backoff_.Next(), std::min(answer.retry_after, options_.max_pause));
    if (answer.kind == Answer::Kind::kRefused || attempt == options_.max_attempts ||
        !queue_.Rest(pause)) {
      dropped_ += count;
      return;
    }
  }
}

void Exporter::Note(const Answer& answer) {
  const bool fails = answer.kind != Answer::Kind::kTaken;
  if (fails == std::exchange(failed_, fails)) return;
  if (fails) {
    spdlog::warn("traces do not arrive at {}: {}", options_.collector.endpoint, answer.error);
  } else {
    spdlog::info("traces arrive at {} again", options_.collector.endpoint);
  }
}

}  // namespace muster::trace
