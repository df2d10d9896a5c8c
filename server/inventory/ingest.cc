#include "server/inventory/ingest.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>
#include <variant>

#include "common/log/log_field.h"

namespace muster::inventory {
namespace {

// A conflict with another transaction is over as soon as that one ends.
constexpr int kConflictRetries = 5;

// So long a writer waits for work before it looks after silent senders and heartbeats.
constexpr absl::Duration kIdle = absl::Seconds(1);

// Those that a machine sent.
size_t Reports(const std::vector<Job>& jobs) {
  return static_cast<size_t>(std::ranges::count_if(
      jobs, [](const Job& job) { return !std::holds_alternative<AdoptWork>(job.work); }));
}

}  // namespace

Ingest::Ingest(Store& store, std::shared_ptr<const verdict::RuleBook> rules, IngestOptions options,
               Clock clock, IngestObserver& observer, const trace::Tracer& tracer)
    : options_(options),
      clock_(std::move(clock)),
      store_(store),
      observer_(observer),
      tracer_(tracer),
      uploads_(options.uploads),
      verdicts_(std::move(rules)),
      queue_(options.queue),
      context_{store_, sessions_,   uploads_,          verdicts_,
               queue_, known_sets_, known_signatures_, clock_},
      last_touch_(clock_()) {
  for (int i = 0; i < options_.writers; ++i) writers_.emplace_back([this] { Write(); });
}

Ingest::~Ingest() {
  queue_.Close();
  for (std::thread& writer : writers_) writer.join();
}

SessionId Ingest::Open(const MachineId& machine, std::weak_ptr<SessionSink> sink) {
  return sessions_.Add(machine, std::move(sink));
}

void Ingest::Close(SessionId session) {
  sessions_.Remove(session);
  TellToSend(context_, uploads_.Leave(session, clock_()));
}

absl::Status Ingest::Submit(Job job) {
  observer_.OnReceived(job);
  return queue_.Push(job);
}

void Ingest::Heard(const MachineId& machine) {
  absl::MutexLock lock(&mutex_);
  heard_[machine] = clock_();
}

void Ingest::Write() {
  for (;;) {
    std::vector<Job> jobs = queue_.Pop(options_.max_batch_jobs, options_.max_batch_bytes, kIdle);
    if (jobs.empty() && queue_.closed()) return;
    if (!jobs.empty()) ApplyAll(std::move(jobs));
    Housekeeping();
  }
}

absl::Status Ingest::Apply(std::vector<Job>& jobs) {
  absl::Status status;
  for (int attempt = 0; attempt < kConflictRetries && !jobs.empty(); ++attempt) {
    const auto begun = std::chrono::steady_clock::now();
    Batch batch(context_);
    status = batch.Apply(jobs);
    if (status.ok()) {
      const auto took = std::chrono::steady_clock::now() - begun;
      observer_.OnCommitted(Reports(jobs), batch.faulty(), absl::FromChrono(took));
    }
    if (!absl::IsAborted(status)) break;
  }
  return status;
}

void Ingest::ApplyAll(std::vector<Job> jobs, const trace::SpanContext& parent) {
  trace::Span span = tracer_.Start("applying reports", trace::SpanKind::kInternal, parent);
  span.SetNumber("muster.reports", static_cast<int64_t>(Reports(jobs)));
  const trace::CurrentSpan current(span);
  const absl::Status status = Apply(jobs);
  if (status.ok()) return;
  span.Fail(absl::StatusCodeToString(status.code()));
  if (jobs.size() > 1 && (absl::IsInternal(status) || absl::IsAborted(status))) {
    // Something in one of them will not go in: it must not keep the others out.
    spdlog::warn("a batch of {} reports failed, applying them one by one: {}", jobs.size(),
                 status.ToString());
    for (Job& job : jobs) {
      std::vector<Job> one;
      one.push_back(std::move(job));
      ApplyAll(std::move(one), span.context());
    }
    return;
  }
  const LogField machine("machine", jobs.size() == 1 ? jobs.front().machine.ToHex() : "");
  spdlog::error("{} reports could not be stored: {}", jobs.size(), status.ToString());
  absl::SleepFor(options_.retry_pause);
  size_t handed_back = 0;
  for (Job& job : jobs) {
    // Nobody would ask for an adoption again.
    if (std::holds_alternative<AdoptWork>(job.work) && !queue_.closed() &&
        !absl::IsInternal(status)) {
      queue_.PushFollowUp(std::move(job));
    } else {
      job.fail(status);
      ++handed_back;
    }
  }
  observer_.OnHandedBack(handed_back);
}

void Ingest::Housekeeping() {
  absl::Time now = clock_();
  TellToSend(context_, uploads_.Tick(now));
  for (SessionId session : sessions_.Overdue(now - options_.adoption_patience)) {
    QueueAdoption(context_, session);
  }
  std::vector<std::pair<MachineId, absl::Time>> seen;
  {
    absl::MutexLock lock(&mutex_);
    if (heard_.empty() || now - last_touch_ < options_.touch_interval) return;
    seen.assign(heard_.begin(), heard_.end());
    heard_.clear();
    last_touch_ = now;
  }
  if (absl::Status status = store_.Touch(seen); !status.ok()) {
    spdlog::warn("when {} machines were last seen could not be stored: {}", seen.size(),
                 status.ToString());
  }
}

}  // namespace muster::inventory
