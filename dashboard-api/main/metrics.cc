#include "dashboard-api/main/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "dashboard-api/api/access_log.h"

namespace muster::dashboard {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                          0.1,   0.25,   0.5,   1,    2.5,   10};

prometheus::Gauge& AddGauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::MetricFamily CounterFamily(const char* name, const char* help, int64_t value) {
  prometheus::MetricFamily family{name, help, prometheus::MetricType::Counter, {}};
  family.metric.emplace_back().counter.value = static_cast<double>(value);
  return family;
}

}  // namespace

Metrics::Metrics(std::function<trace::ExporterCounts()> read_spans)
    : read_spans_(std::move(read_spans)),
      access_log_("access", std::make_shared<spdlog::sinks::stdout_sink_mt>()),
      registry_(std::make_shared<prometheus::Registry>()),
      requests_(prometheus::BuildCounter()
                    .Name("muster_http_requests_total")
                    .Help("Requests answered, by route and status")
                    .Register(*registry_)),
      durations_(prometheus::BuildHistogram()
                     .Name("muster_http_request_seconds")
                     .Help("From a request's first byte to its answer's last, by route")
                     .Register(*registry_)),
      connections_(AddGauge(*registry_, "muster_http_connections", "Connections that are open")),
      watchers_(AddGauge(*registry_, "muster_http_watchers", "Streams that are watched")) {
  access_log_.set_pattern("%v");
}

void Metrics::Served(const http::RequestRecord& record) {
  access_log_.info("{}", AccessLine(record, absl::Now()));
  access_log_.flush();
  // Only what routes are called: a client must not be able to make series up.
  const std::string route = record.route.empty() ? "none" : record.route;
  const std::string method = record.route.empty() ? "none" : record.request.method;
  requests_.Add({{"method", method}, {"route", route}, {"status", absl::StrCat(record.status)}})
      .Increment();
  durations_.Add({{"method", method}, {"route", route}}, kSeconds)
      .Observe(std::chrono::duration<double>(record.duration).count());
}

void Metrics::ConnectionsChanged(int by) { connections_.Increment(by); }
void Metrics::WatchersChanged(int by) { watchers_.Increment(by); }

std::string Metrics::Text() const {
  std::vector<prometheus::MetricFamily> families = registry_->Collect();
  const trace::ExporterCounts spans = read_spans_();
  families.push_back(CounterFamily("muster_trace_spans_exported_total",
                                   "Spans that the collector has taken", spans.exported));
  families.push_back(CounterFamily(
      "muster_trace_spans_dropped_total",
      "Spans that no collector took, for want of room, of an answer, or refused", spans.dropped));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace muster::dashboard
