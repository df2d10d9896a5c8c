#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "agent/remedy/desk_internal.h"
#include "common/orders/manifest.h"
#include "common/orders/window.h"
#include "common/proto_time.h"

namespace muster::remedy {
namespace {

// A server that sends more is not well: nothing is lost, since it offers again.
constexpr size_t kMaxOpenOrders = 32;
// An id is kept so long after its order's validity, for clocks that are set back.
constexpr absl::Duration kMemory = absl::Hours(24 * 366);

bool IsFinal(Status::State state) { return state >= Status::SUCCEEDED; }

}  // namespace

Desk::Desk(DeskOptions options, const Digest& machine, Journal& journal, Hands& hands,
           const PinnedKeys& keys, Clock clock)
    : options_(options),
      machine_(machine),
      journal_(journal),
      hands_(hands),
      keys_(keys),
      clock_(std::move(clock)) {}

Desk::~Desk() = default;

absl::StatusOr<std::unique_ptr<Desk>> Desk::Open(DeskOptions options, const Digest& machine,
                                                 Journal& journal, Hands& hands,
                                                 const PinnedKeys& keys, Clock clock) {
  auto loaded = journal.Load();
  if (!loaded.ok()) return loaded.status();
  std::unique_ptr<Desk> desk(new Desk(options, machine, journal, hands, keys, std::move(clock)));
  for (const v1::JournalRecord& record : loaded->records()) {
    const absl::Time forgotten = FromProto(record.not_after()) + kMemory;
    if (record.step() == Step::SETTLED && desk->clock_() > forgotten) continue;
    auto work = std::make_unique<Work>();
    work->record = record;
    work->manifest.ParseFromString(record.offer().signed_manifest().manifest());
    desk->works_.push_back(std::move(work));
  }
  return desk;
}

Desk::Work* Desk::Find(const Digest& order) {
  for (const auto& work : works_) {
    if (work->record.order() == order.view()) return work.get();
  }
  return nullptr;
}

Desk::Work* Desk::FindByName(const std::string& campaign, uint32_t attempt) {
  for (const auto& work : works_) {
    if (work->record.campaign() == campaign && work->record.attempt() == attempt) {
      return work.get();
    }
  }
  return nullptr;
}

size_t Desk::open_orders() const {
  return static_cast<size_t>(std::count_if(works_.begin(), works_.end(), [](const auto& work) {
    return work->step() != Step::SETTLED;
  }));
}

absl::Status Desk::Save() {
  v1::Journal journal;
  for (const auto& work : works_) *journal.add_records() = work->record;
  return journal_.Save(journal);
}

absl::Status Desk::Note(Work& work, Step::Step step) {
  work.record.set_step(step);
  ++work.life;
  absl::Status saved = Save();
  if (!saved.ok()) {
    spdlog::error("{}: the journal could not be written: {}", BriefId(work.record),
                  saved.ToString());
  }
  return saved;
}

void Desk::Start() {
  for (const auto& work : works_) {
    // What was about to be started may have been.
    if (work->step() != Step::STARTING || work->manifest.action().has_collect_evidence()) continue;
    *work->record.mutable_status() = StatusOfExit({host::ProcessEnd::Kind::kLost, 0});
  }
  Next();
}

void Desk::OnConnected() {
  for (const auto& work : works_) {
    if (work->step() != Step::SETTLED) Report(*work);
  }
}

void Desk::OnOrder(const v1::Order& order) {
  auto checked = orders::CheckOrder(keys_.keys(), machine_, order, clock_());
  if (auto* refusal = std::get_if<Status>(&checked)) {
    v1::OrderManifest manifest;
    manifest.ParseFromString(order.signed_manifest().manifest());
    // Taken while it was valid, and offered again: it goes on.
    if (refusal->cause() == Status::OUTSIDE_VALIDITY) {
      const Digest id =
          orders::OrderId(Sha256(order.signed_manifest().manifest()), machine_, order.attempt());
      if (const Work* known = Find(id)) return Report(*known);
    }
    spdlog::warn("an order of {} is refused: {}", manifest.campaign(), refusal->detail());
    v1::OrderReport report;
    report.set_campaign(manifest.campaign());
    report.set_attempt(order.attempt());
    *report.mutable_status() = std::move(*refusal);
    return hands_.Send(report);
  }
  auto& accepted = std::get<orders::CheckedOrder>(checked);
  if (const Work* known = Find(accepted.id)) return Report(*known);
  if (open_orders() >= kMaxOpenOrders) {
    spdlog::warn("an order of {} is left to the server: {} are open", accepted.manifest.campaign(),
                 open_orders());
    return;
  }
  auto work = std::make_unique<Work>();
  work->record.set_order(accepted.id.ToBytes());
  *work->record.mutable_offer() = order;
  work->record.set_campaign(accepted.manifest.campaign());
  work->record.set_attempt(order.attempt());
  *work->record.mutable_taken_at() = ToProto(clock_());
  *work->record.mutable_not_after() = accepted.manifest.not_after();
  work->manifest = std::move(accepted.manifest);
  works_.push_back(std::move(work));
  Work& taken = *works_.back();
  if (absl::Status noted = Note(taken, Step::TAKEN); !noted.ok()) {
    v1::OrderReport report;
    report.set_campaign(taken.record.campaign());
    report.set_attempt(taken.record.attempt());
    report.mutable_status()->set_state(Status::REFUSED);
    report.mutable_status()->set_cause(Status::JOURNAL_FAILED);
    report.mutable_status()->set_detail(std::string(noted.message()));
    works_.pop_back();
    return hands_.Send(report);
  }
  spdlog::info("{}: taken, to {}", BriefId(taken.record),
               orders::DescribeAction(taken.manifest.action()));
  Report(taken);
  Next();
}

void Desk::OnWithdrawal(const v1::OrderWithdrawal& withdrawal) {
  for (const auto& work : works_) {
    if (work->record.campaign() == withdrawal.campaign() && work->step() == Step::TAKEN) {
      End(*work, Status::EXPIRED, Status::CAMPAIGN_CANCELLED, "the campaign was cancelled");
    }
  }
}

void Desk::OnAck(const v1::OrderAck& ack) {
  Work* work = FindByName(ack.campaign(), ack.attempt());
  if (work == nullptr || work->step() == Step::SETTLED || !IsFinal(ack.status().state())) return;
  if (work->step() == Step::ENDED) return Settle(*work, ack.status());
  if (work->step() == Step::TAKEN) {
    // The server has given it up, and nothing was done yet.
    End(*work, Status::EXPIRED, ack.status().cause(), ack.status().detail());
    return Settle(*work, work->record.status());
  }
  // Of what runs the server may have lost patience; the result is told all the same.
  if (work->step() == Step::LOOKING && work->scanned && ack.scanned()) {
    spdlog::info("{}: {}", BriefId(work->record), Status::State_Name(ack.status().state()));
    *work->record.mutable_status() = ack.status();
    Settle(*work, ack.status());
    Next();
  }
}

void Desk::Settle(Work& work, const Status& status) {
  *work.record.mutable_status() = status;
  hands_.Discard(Digest::FromBytes(work.record.order())->ToHex());
  work.record.clear_offer();
  work.record.clear_process();
  if (current_ == &work) current_ = nullptr;
  // Where this is not written down, the order is told to the server once more after a restart.
  Note(work, Step::SETTLED).IgnoreError();
}

void Desk::OnScanned() {
  for (const auto& work : works_) {
    if (work->step() != Step::LOOKING) continue;
    work->scanned = true;
    Report(*work);
  }
}

void Desk::Report(const Work& work) {
  v1::OrderReport report;
  report.set_campaign(work.record.campaign());
  report.set_attempt(work.record.attempt());
  Status& status = *report.mutable_status();
  status = work.record.status();
  switch (work.step()) {
    case Step::TAKEN:
      status.set_state(Status::ACCEPTED);
      if (work.starts_at > clock_()) *report.mutable_starts_at() = ToProto(work.starts_at);
      break;
    case Step::STARTING:
    case Step::STARTED:
    case Step::EXITED:
      status.set_state(Status::RUNNING);
      break;
    case Step::RESTARTING:
      status.set_state(Status::REBOOT_PENDING);
      break;
    case Step::LOOKING:
      status.set_state(Status::VERIFYING);
      report.set_scanned(work.scanned);
      break;
    default:
      break;  // status has it
  }
  hands_.Send(report);
}

void Desk::End(Work& work, Status::State state, Status::Cause cause, const std::string& detail) {
  Status& status = *work.record.mutable_status();
  status.set_state(state);
  status.set_cause(cause);
  status.set_detail(detail);
  spdlog::info("{}: {}, {}", BriefId(work.record), Status::State_Name(state), detail);
  if (current_ == &work) current_ = nullptr;
  Note(work, Step::ENDED).IgnoreError();
  Report(work);
  NextAt(clock_());
}

void Desk::NextAt(absl::Time when) {
  const uint64_t wakeup = ++wakeup_;
  hands_.After(std::max(when - clock_(), absl::ZeroDuration()),
               [this, alive = std::weak_ptr<bool>(alive_), wakeup] {
                 if (!alive.expired() && wakeup == wakeup_) Next();
               });
}

void Desk::Next() {
  if (current_ != nullptr) return;
  for (const auto& work : works_) {
    if (work->is_open() && work->step() != Step::TAKEN) {
      current_ = work.get();
      return GoOn(*work);
    }
  }
  const absl::Time now = clock_();
  absl::Time earliest = absl::InfiniteFuture();
  for (size_t i = 0; i < works_.size(); ++i) {
    Work& work = *works_[i];
    if (work.step() != Step::TAKEN) continue;
    if (now >= FromProto(work.manifest.not_after())) {
      return End(work, Status::EXPIRED, Status::VALIDITY_ENDED,
                 "its validity ended before its turn came");
    }
    const absl::Time opens = orders::NextOpening(work.manifest.window(), now, hands_.UtcOffset());
    if (opens <= now) {
      current_ = &work;
      return Prepare(work);
    }
    if (work.starts_at != opens) {
      work.starts_at = opens;
      Report(work);
    }
    earliest = std::min({earliest, opens, FromProto(work.manifest.not_after())});
  }
  if (earliest != absl::InfiniteFuture()) NextAt(earliest);
}

}  // namespace muster::remedy
