// What a request counts for: a line in the access log, and Prometheus metrics. Thread-safe.
#ifndef MUSTER_DASHBOARD_API_MAIN_METRICS_H_
#define MUSTER_DASHBOARD_API_MAIN_METRICS_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <spdlog/logger.h>

#include <functional>
#include <memory>
#include <string>

#include "common/http/server.h"
#include "common/trace/exporter.h"

namespace muster::dashboard {

class Metrics : public http::Observer {
 public:
  // `read_spans` is called at each Text.
  explicit Metrics(std::function<trace::ExporterCounts()> read_spans);

  void Served(const http::RequestRecord& record) override;
  void ConnectionsChanged(int by) override;
  void WatchersChanged(int by) override;

  // In Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats).
  std::string Text() const;

 private:
  const std::function<trace::ExporterCounts()> read_spans_;
  spdlog::logger access_log_;
  const std::shared_ptr<prometheus::Registry> registry_;
  prometheus::Family<prometheus::Counter>& requests_;
  prometheus::Family<prometheus::Histogram>& durations_;
  prometheus::Gauge& connections_;
  prometheus::Gauge& watchers_;
};

}  // namespace muster::dashboard

#endif  // MUSTER_DASHBOARD_API_MAIN_METRICS_H_
