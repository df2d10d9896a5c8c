#include "server/telemetry/metrics.h"

#include <prometheus/gauge.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <iterator>
#include <utility>
#include <variant>

#include "common/proto_time.h"

namespace muster::telemetry {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using prometheus::MetricFamily;
using prometheus::MetricType;

const prometheus::Histogram::BucketBoundaries kBatchReports = {1, 2, 5, 10, 20, 50, 100, 200, 500};
const prometheus::Histogram::BucketBoundaries kCommitSeconds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};

constexpr char kRejected[] = "muster_reports_rejected_total";
constexpr char kRejectedHelp[] =
    "Reports that were not stored, by reason: queue_full and not_stored come again, "
    "sender_at_fault do not";

// What agents send, in the order of Job::work; an adoption is the server's own.
constexpr const char* kKinds[] = {"inventory", "set_change", "items", "incidents"};
static_assert(std::size(kKinds) + 1 == std::variant_size_v<decltype(inventory::Job::work)>);

// Values that are read rather than counted as they come.
class Snapshot {
 public:
  explicit Snapshot(std::vector<MetricFamily>& families) : families_(families) {}

  void Gauge(const std::string& name, const std::string& help) {
    families_.push_back({name, help, MetricType::Gauge, {}});
  }
  void Counter(const std::string& name, const std::string& help) {
    families_.push_back({name, help, MetricType::Counter, {}});
  }
  // Of the family begun last.
  void Add(double value, std::vector<prometheus::ClientMetric::Label> labels = {}) {
    MetricFamily& family = families_.back();
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = std::move(labels);
    (family.type == MetricType::Gauge ? metric.gauge.value : metric.counter.value) = value;
  }
  // Every state but the unspecified one, so that a series does not begin and end.
  template <typename State>
  void AddStates(const char* label, const google::protobuf::EnumDescriptor* states,
                 const std::map<State, int64_t>& counts) {
    for (int i = 0; i < states->value_count(); ++i) {
      const auto* state = states->value(i);
      if (state->number() == 0) continue;
      const auto found = counts.find(static_cast<State>(state->number()));
      Add(found == counts.end() ? 0 : static_cast<double>(found->second), {{label, state->name()}});
    }
  }

 private:
  std::vector<MetricFamily>& families_;
};

double Number(int64_t value) { return static_cast<double>(value); }

void AddReadings(const Readings& read, Snapshot& snapshot) {
  snapshot.Gauge("muster_sessions", "Machines connected to this server");
  snapshot.Add(Number(read.sessions));
  snapshot.Gauge("muster_queue_reports", "Reports that wait to be stored");
  snapshot.Add(Number(read.queued_reports));
  snapshot.Gauge("muster_queue_capacity_reports", "Reports that may wait");
  snapshot.Add(Number(read.queue_capacity_reports));
  snapshot.Gauge("muster_queue_bytes", "Bytes of reports that wait to be stored");
  snapshot.Add(Number(read.queued_bytes));
  snapshot.Gauge("muster_queue_capacity_bytes", "Bytes of reports that may wait");
  snapshot.Add(Number(read.queue_capacity_bytes));
  snapshot.Counter("muster_database_transactions_total", "Transactions begun");
  snapshot.Add(Number(read.transactions));
  snapshot.Counter("muster_database_errors_total",
                   "Transactions and connections that failed, by code");
  for (const char* code : {"UNAVAILABLE", "RESOURCE_EXHAUSTED", "ABORTED", "INTERNAL"}) {
    const auto found = read.database_errors.find(code);
    snapshot.Add(found == read.database_errors.end() ? 0 : Number(found->second), {{"code", code}});
  }
  snapshot.Gauge("muster_database_connections_in_use", "Connections of this server at work");
  snapshot.Add(Number(read.connections_in_use));
  snapshot.Gauge("muster_database_connections_max", "Connections that this server may have");
  snapshot.Add(Number(read.max_connections));
  snapshot.Counter("muster_trace_spans_exported_total", "Spans that the collector has taken");
  snapshot.Add(Number(read.exported_spans));
  snapshot.Counter("muster_trace_spans_dropped_total",
                   "Spans that no collector took, for want of room, of an answer, or refused");
  snapshot.Add(Number(read.dropped_spans));
}

void AddFleet(const FleetReadings& fleet, Snapshot& snapshot) {
  snapshot.Gauge("muster_fleet_read_timestamp_seconds",
                 "When the numbers of machines, campaigns, orders and notifications were read");
  snapshot.Add(absl::ToDoubleSeconds(fleet.read_at - absl::UnixEpoch()));
  snapshot.Gauge("muster_machines", "Machines of the fleet, by their worst verdict");
  snapshot.AddStates("verdict", v1::Verdict::State_descriptor(), fleet.machines);
  snapshot.Gauge("muster_campaigns", "Campaigns, by state");
  snapshot.AddStates("state", v1::Campaign::State_descriptor(), fleet.tally.campaigns);
  snapshot.Gauge("muster_orders", "Orders of all campaigns, by state");
  snapshot.AddStates("state", v1::OrderStatus::State_descriptor(), fleet.tally.orders);
  snapshot.Gauge("muster_notifications_waiting", "Notifications that are yet to be delivered");
  snapshot.Add(Number(fleet.tally.waiting_notifications));
  snapshot.Gauge("muster_database_round_trip_seconds", "Of an empty statement");
  snapshot.Add(absl::ToDoubleSeconds(fleet.tally.round_trip));
}

}  // namespace

Metrics::Metrics(const std::string& version, std::function<Readings()> read)
    : read_(std::move(read)),
      committed_(BuildCounter()
                     .Name("muster_reports_committed_total")
                     .Help("Reports that were stored")
                     .Register(registry_)
                     .Add({})),
      faulty_(BuildCounter()
                  .Name(kRejected)
                  .Help(kRejectedHelp)
                  .Register(registry_)
                  .Add({{"reason", "sender_at_fault"}})),
      handed_back_(BuildCounter()
                       .Name(kRejected)
                       .Help(kRejectedHelp)
                       .Register(registry_)
                       .Add({{"reason", "not_stored"}})),
      batch_reports_(BuildHistogram()
                         .Name("muster_batch_reports")
                         .Help("Reports stored in one transaction")
                         .Register(registry_)
                         .Add({}, kBatchReports)),
      commit_seconds_(BuildHistogram()
                          .Name("muster_batch_commit_seconds")
                          .Help("A transaction of reports, from its beginning to its commit's end")
                          .Register(registry_)
                          .Add({}, kCommitSeconds)) {
  auto& received = BuildCounter()
                       .Name("muster_reports_received_total")
                       .Help("Reports that agents sent, by kind")
                       .Register(registry_);
  for (const char* kind : kKinds) received_.push_back(&received.Add({{"kind", kind}}));
  BuildGauge()
      .Name("muster_build_info")
      .Help("The program's version")
      .Register(registry_)
      .Add({{"version", version}})
      .Set(1);
  BuildGauge()
      .Name("process_start_time_seconds")
      .Help("When this process began")
      .Register(registry_)
      .Add({})
      .SetToCurrentTime();
}

void Metrics::OnReceived(const inventory::Job& job) {
  if (const size_t kind = job.work.index(); kind < received_.size()) received_[kind]->Increment();
}

void Metrics::OnCommitted(size_t reports, size_t faulty, absl::Duration took) {
  committed_.Increment(static_cast<double>(reports - faulty));
  faulty_.Increment(static_cast<double>(faulty));
  batch_reports_.Observe(static_cast<double>(reports));
  commit_seconds_.Observe(absl::ToDoubleSeconds(took));
}

void Metrics::OnHandedBack(size_t reports) { handed_back_.Increment(static_cast<double>(reports)); }

void Metrics::SetCertificates(const std::vector<v1::Health::Certificate>& certificates) {
  auto& family = BuildGauge()
                     .Name("muster_certificate_expiry_timestamp_seconds")
                     .Help("When a certificate of this server's own ends")
                     .Register(registry_);
  for (const v1::Health::Certificate& certificate : certificates) {
    family.Add({{"subject", certificate.subject()}, {"purpose", certificate.purpose()}})
        .Set(absl::ToDoubleSeconds(FromProto(certificate.not_after()) - absl::UnixEpoch()));
  }
}

void Metrics::SetFleet(FleetReadings fleet) {
  absl::MutexLock lock(&mutex_);
  fleet_ = std::move(fleet);
}

std::string Metrics::Text() const {
  std::vector<MetricFamily> families = registry_.Collect();
  const Readings read = read_();
  for (MetricFamily& family : families) {
    if (family.name != kRejected) continue;
    prometheus::ClientMetric& refused = family.metric.emplace_back();
    refused.label = {{"reason", "queue_full"}};
    refused.counter.value = Number(read.refused_reports);
  }
  Snapshot snapshot(families);
  AddReadings(read, snapshot);
  absl::MutexLock lock(&mutex_);
  if (fleet_) AddFleet(*fleet_, snapshot);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace muster::telemetry
