// What muster-server tells Prometheus. docs/operations.md lists every metric.
#ifndef MUSTER_SERVER_TELEMETRY_METRICS_H_
#define MUSTER_SERVER_TELEMETRY_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "muster/v1/overview.pb.h"
#include "muster/v1/verdict.pb.h"
#include "server/health/store.h"
#include "server/inventory/ingest_observer.h"

namespace muster::telemetry {

// What this process knows of itself at any moment.
struct Readings {
  int64_t sessions = 0;
  int64_t queued_reports = 0, queue_capacity_reports = 0;
  int64_t queued_bytes = 0, queue_capacity_bytes = 0;
  int64_t refused_reports = 0;                     // since the start, for want of room
  int64_t transactions = 0;                        // likewise
  std::map<std::string, int64_t> database_errors;  // by code
  int64_t connections_in_use = 0, max_connections = 0;
  int64_t exported_spans = 0, dropped_spans = 0;  // since the start
};

// What the database knows, and is not asked at every scrape.
struct FleetReadings {
  absl::Time read_at;
  std::map<v1::Verdict::State, int64_t> machines;  // by their worst verdict
  health::Tally tally;
};

// Thread-safe.
class Metrics : public inventory::IngestObserver {
 public:
  // `read` is called at each Text.
  Metrics(const std::string& version, std::function<Readings()> read);

  void OnReceived(const inventory::Job& job) override;
  void OnCommitted(size_t reports, size_t faulty, absl::Duration took) override;
  void OnHandedBack(size_t reports) override;

  void SetCertificates(const std::vector<v1::Health::Certificate>& certificates);
  void SetFleet(FleetReadings fleet);

  // In Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats).
  std::string Text() const;

 private:
  const std::function<Readings()> read_;
  prometheus::Registry registry_;
  std::vector<prometheus::Counter*> received_;  // by the kind of work
  prometheus::Counter& committed_;
  prometheus::Counter& faulty_;
  prometheus::Counter& handed_back_;
  prometheus::Histogram& batch_reports_;
  prometheus::Histogram& commit_seconds_;

  mutable absl::Mutex mutex_;
  std::optional<FleetReadings> fleet_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::telemetry

#endif  // MUSTER_SERVER_TELEMETRY_METRICS_H_
