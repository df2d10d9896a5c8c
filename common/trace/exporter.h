// Sends what has ended to an OpenTelemetry collector, by OTLP over HTTP. A collector that is away
// or slow costs spans, never a caller's time.
#ifndef MUSTER_COMMON_TRACE_EXPORTER_H_
#define MUSTER_COMMON_TRACE_EXPORTER_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/time.h"
#include "common/backoff.h"
#include "common/trace/collector.h"
#include "common/trace/otlp_json.h"
#include "common/trace/span.h"
#include "common/trace/span_queue.h"

namespace muster::trace {

struct ExporterOptions {
  CollectorOptions collector;
  Resource resource = {};
  SpanQueueOptions queue = {};
  // One POST's share, some 250 KB.
  size_t max_batch_spans = 512;
  // A span waits no longer for others.
  absl::Duration interval = absl::Seconds(5);
  // Between attempts: doubled each time, less up to half by chance.
  absl::Duration first_pause = absl::Seconds(1);
  absl::Duration max_pause = absl::Seconds(30);
  // With the pauses above, about a minute: a collector that restarts. Then the batch is dropped.
  int max_attempts = 7;
  // At the end, for what still waits.
  absl::Duration grace = absl::Seconds(1);
};

// Since the start.
struct ExporterCounts {
  int64_t exported = 0;
  int64_t dropped = 0;  // for want of room or of a collector, or refused by it
};

// Thread-safe. Owns its thread.
class Exporter : public SpanSink {
 public:
  explicit Exporter(ExporterOptions options);
  // Sends what waits, within the grace and at most a second more; the rest is dropped.
  ~Exporter() override;

  void Take(SpanData span) override;
  ExporterCounts counts() const;

 private:
  void Run();
  void Send(const std::vector<SpanData>& spans);
  // Logs the first failure of a row of them, and its end.
  void Note(const Answer& answer);

  const ExporterOptions options_;
  SpanQueue queue_;
  Collector collector_;
  std::atomic<int64_t> exported_{0};
  std::atomic<int64_t> dropped_{0};

  // The thread's own.
  Backoff backoff_;
  bool failed_ = false;

  std::thread thread_;  // last: it uses all of the above
};

}  // namespace muster::trace

#endif  // MUSTER_COMMON_TRACE_EXPORTER_H_
