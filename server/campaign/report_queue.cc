#include "server/campaign/report_queue.h"

#include <spdlog/spdlog.h>

#include <set>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "server/campaign/engine.h"

namespace muster::campaign {
namespace {

constexpr size_t kMaxWaiting = 50'000;
constexpr size_t kBatch = 1'000;
constexpr int kTries = 3;
constexpr size_t kMaxDetailBytes = 4'096;

// Of a machine that has no such order: whoever sent it, it must not come again for ever.
v1::OrderAck Unknown(const v1::OrderReport& report) {
  v1::OrderAck ack;
  ack.set_campaign(report.campaign());
  ack.set_attempt(report.attempt());
  ack.set_scanned(report.scanned());
  ack.mutable_status()->set_state(v1::OrderStatus::EXPIRED);
  ack.mutable_status()->set_cause(v1::OrderStatus::CAMPAIGN_CANCELLED);
  ack.mutable_status()->set_detail("the server has no such order");
  return ack;
}

v1::OrderAck AckOf(const v1::OrderReport& report, const OrderRow& row) {
  if (report.attempt() != row.attempt) {
    v1::OrderAck late = Unknown(report);
    late.mutable_status()->set_detail("a later attempt has taken its place");
    return late;
  }
  v1::OrderAck ack;
  ack.set_campaign(report.campaign());
  ack.set_attempt(report.attempt());
  ack.set_scanned(report.scanned());
  *ack.mutable_status() = row.status;
  return ack;
}

}  // namespace

ReportQueue::ReportQueue(Store& store, Clock clock)
    : store_(store), clock_(std::move(clock)), thread_([this] { Loop(); }) {}

ReportQueue::~ReportQueue() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

absl::Status ReportQueue::Submit(const MachineId& machine, v1::OrderReport report, Done done) {
  if (!absl::StartsWith(report.campaign(), "campaigns/") || report.campaign().size() > 100 ||
      report.attempt() == 0) {
    return absl::InvalidArgumentError("an order report names no campaign and attempt");
  }
  if (report.status().detail().size() > kMaxDetailBytes) {
    report.mutable_status()->mutable_detail()->resize(kMaxDetailBytes);
  }
  absl::MutexLock lock(&mutex_);
  if (entries_.size() >= kMaxWaiting) {
    return absl::ResourceExhaustedError("too many order reports wait");
  }
  entries_.push_back({{machine, std::move(report)}, std::move(done)});
  return absl::OkStatus();
}

void ReportQueue::Loop() {
  for (;;) {
    std::deque<Entry> batch;
    {
      absl::MutexLock lock(&mutex_);
      const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stopping_ || !entries_.empty();
      };
      mutex_.Await(absl::Condition(&ready));
      if (entries_.empty()) return;
      // One report of a machine at a time: a later one is judged by what the earlier has made of
      // its order.
      std::set<MachineId> machines;
      while (!entries_.empty() && batch.size() < kBatch &&
             machines.insert(entries_.front().report.machine).second) {
        batch.push_back(std::move(entries_.front()));
        entries_.pop_front();
      }
    }
    Apply(std::move(batch));
  }
}

void ReportQueue::Apply(std::deque<Entry> entries) {
  std::vector<Store::Report> reports;
  for (const Entry& entry : entries) reports.push_back(entry.report);
  const absl::Time now = clock_();
  absl::StatusOr<std::vector<std::optional<OrderRow>>> rows;
  for (int i = 0; i < kTries; ++i) {
    rows = store_.ApplyReports(reports, now,
                               [&](const ReportedOrder& reported) { return Judge(reported, now); });
    if (!absl::IsAborted(rows.status())) break;
  }
  if (!rows.ok()) {
    spdlog::error("{} order reports could not be stored: {}", entries.size(),
                  rows.status().ToString());
  }
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!rows.ok()) {
      entries[i].done(rows.status());
    } else if (!(*rows)[i]) {
      entries[i].done(Unknown(reports[i].report));
    } else {
      entries[i].done(AckOf(reports[i].report, *(*rows)[i]));
    }
  }
}

}  // namespace muster::campaign
