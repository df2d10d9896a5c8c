#include "agent/remedy/desk.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/orders/manifest.h"
#include "common/orders/window.h"
#include "common/proto_time.h"

namespace muster::remedy {
namespace {

using Step = v1::JournalRecord;
using Status = v1::OrderStatus;

// A server that sends more is not well: nothing is lost, since it offers again.
constexpr size_t kMaxOpenOrders = 32;
// An id is kept so long after its order's validity, for clocks that are set back.
constexpr absl::Duration kMemory = absl::Hours(24 * 366);

bool IsFinal(Status::State state) { return state >= Status::SUCCEEDED; }

std::string BriefId(const v1::JournalRecord& record) {
  return absl::StrCat(record.campaign(), " attempt ", record.attempt());
}

}  // namespace

struct Desk::Work {
  v1::JournalRecord record;
  v1::OrderManifest manifest;
  Status told;  // what the last report said
  absl::Time starts_at = absl::InfinitePast();
  absl::Time waits_since = absl::InfiniteFuture();  // for what stands in the way
  bool scanned = false;
  WorkFiles files;
  std::vector<host::Command> commands;  // still to be started
  uint64_t life = 0;                    // callbacks of an earlier step find another number

  Step::Step step() const { return record.step(); }
  bool is_open() const { return step() != Step::ENDED && step() != Step::SETTLED; }
};

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

template <typename Call>
auto Desk::Later(Work& work, Call call) {
  return [this, alive = std::weak_ptr<bool>(alive_), &work, life = work.life,
          call = std::move(call)](auto&&... values) {
    if (alive.expired() || work.life != life) return;
    call(work, std::forward<decltype(values)>(values)...);
  };
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
    if (work->step() != Step::STARTING) continue;
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

// After a restart of agent or machine.
void Desk::GoOn(Work& work) {
  switch (work.step()) {
    case Step::STARTING:
    case Step::EXITED:
      return AfterExit(work);
    case Step::STARTED:
      return AwaitProcess(work);
    case Step::RESTARTING:
      return CheckRestart(work);
    case Step::LOOKING:
      return LookAtResult(work);
    default:
      return;
  }
}

void Desk::Prepare(Work& work) {
  hands_.Look(Later(work, [this](Work& work, const host::Readiness& readiness) {
    OnReadiness(work, readiness);
  }));
}

void Desk::WaitOrFail(Work& work, Status::Cause cause, const std::string& detail,
                      absl::Duration patience) {
  const absl::Time now = clock_();
  work.waits_since = std::min(work.waits_since, now);
  if (now - work.waits_since >= patience) return End(work, Status::FAILED, cause, detail);
  if (work.record.status().detail() != detail) {
    work.record.mutable_status()->set_detail(detail);
    Report(work);
  }
  // Its window may close meanwhile, and another order's turn may come.
  current_ = nullptr;
  NextAt(now + options_.look_again);
}

void Desk::OnReadiness(Work& work, const host::Readiness& readiness) {
  const v1::Preconditions& wanted = work.manifest.preconditions();
  const absl::Duration patience = FromProto(wanted.patience());
  const v1::Payload* payload = orders::PayloadOf(work.manifest.action());
  if (payload != nullptr && !payload->architecture().empty() && !readiness.architecture.empty() &&
      payload->architecture() != readiness.architecture) {
    return End(work, Status::FAILED, Status::WRONG_ARCHITECTURE,
               absl::StrCat("the update is for ", payload->architecture(), ", this Windows is ",
                            readiness.architecture));
  }
  const bool installs = payload != nullptr || work.manifest.action().has_remove_update();
  if (installs && readiness.free_disk_bytes &&
      *readiness.free_disk_bytes <
          wanted.min_free_disk_bytes() + (payload != nullptr ? payload->size() : 0)) {
    return WaitOrFail(work, Status::LOW_DISK,
                      absl::StrCat("the system's volume has ", *readiness.free_disk_bytes >> 20,
                                   " MiB free, too little"),
                      patience);
  }
  if (wanted.mains_power() && readiness.on_battery.value_or(false)) {
    return WaitOrFail(work, Status::ON_BATTERY, "the machine runs on battery", patience);
  }
  if (installs && !wanted.allow_pending_restart() && readiness.restart_pending) {
    return WaitOrFail(work, Status::RESTART_WAS_PENDING,
                      "Windows waits for a restart that something else asked for", patience);
  }
  if (installs && readiness.installer_busy) {
    return WaitOrFail(work, Status::INSTALLER_BUSY, "Windows Installer is at work", patience);
  }
  if (installs && readiness.servicing_busy) {
    return WaitOrFail(work, Status::SERVICING_BUSY, "the servicing stack is at work", patience);
  }
  hands_.Fetch(work.manifest.action(), Digest::FromBytes(work.record.order())->ToHex(),
               Later(work, [this, readiness](Work& work, absl::StatusOr<WorkFiles> files) {
                 OnFetched(work, readiness, std::move(files));
               }));
}

void Desk::OnFetched(Work& work, const host::Readiness& readiness,
                     absl::StatusOr<WorkFiles> files) {
  if (absl::IsDataLoss(files.status())) {
    return End(work, Status::FAILED, Status::PAYLOAD_CORRUPT,
               std::string(files.status().message()));
  }
  if (absl::IsUnimplemented(files.status())) {
    return End(work, Status::REFUSED, Status::UNSUPPORTED, std::string(files.status().message()));
  }
  if (!files.ok()) {
    return WaitOrFail(work, Status::PAYLOAD_UNAVAILABLE, std::string(files.status().message()),
                      FromProto(work.manifest.preconditions().patience()));
  }
  // It may have taken long to come.
  const absl::Time now = clock_();
  if (now >= FromProto(work.manifest.not_after()) ||
      orders::NextOpening(work.manifest.window(), now, hands_.UtcOffset()) > now) {
    current_ = nullptr;
    return NextAt(now);
  }
  work.commands = CommandsFor(work.manifest.action(), *files, readiness);
  work.record.clear_status();
  Run(work);
}

void Desk::Run(Work& work) {
  // Without this line on the disk nothing is started.
  if (absl::Status noted = Note(work, Step::STARTING); !noted.ok()) {
    return End(work, Status::FAILED, Status::JOURNAL_FAILED, std::string(noted.message()));
  }
  Report(work);
  const v1::Action& action = work.manifest.action();
  if (action.has_collect_evidence()) {
    hands_.CollectEvidence(action.collect_evidence().mask(), work.record.campaign(),
                           Later(work, [this](Work& work, const absl::Status& collected) {
                             if (collected.ok()) return LookAtResult(work);
                             End(work, Status::FAILED, Status::NOT_VERIFIED,
                                 std::string(collected.message()));
                           }));
    return;
  }
  if (work.commands.empty()) return AfterExit(work);
  StartNextCommand(work);
}

void Desk::StartNextCommand(Work& work) {
  const host::Command command = work.commands.front();
  work.commands.erase(work.commands.begin());
  hands_.Start(command, Later(work, [this](Work& work, absl::StatusOr<host::ProcessId> process) {
                 if (!process.ok()) {
                   return End(work, Status::FAILED, Status::INSTALLER_FAILED,
                              absl::StrCat("the installer could not be started: ",
                                           process.status().message()));
                 }
                 work.record.mutable_process()->set_id(process->id);
                 work.record.mutable_process()->set_created(process->created);
                 // Where this is not written down, a restart of the agent takes it for lost and
                 // looks at the result.
                 Note(work, Step::STARTED).IgnoreError();
                 AwaitProcess(work);
               }));
}

void Desk::AwaitProcess(Work& work) {
  const host::ProcessId process{work.record.process().id(), work.record.process().created()};
  hands_.Await(process, FromProto(work.manifest.run_limit()),
               Later(work, [this](Work& work, host::ProcessEnd end) { OnExit(work, end); }));
}

void Desk::OnExit(Work& work, const host::ProcessEnd& end) {
  const bool well = end.kind == host::ProcessEnd::Kind::kExited && end.code == 0;
  if (well && !work.commands.empty()) return StartNextCommand(work);
  *work.record.mutable_status() = StatusOfExit(end);
  Note(work, Step::EXITED).IgnoreError();
  AfterExit(work);
}

void Desk::AfterExit(Work& work) {
  const Status& status = work.record.status();
  const bool wants_restart =
      (status.has_code() && MeaningOf(status.code()) == ExitMeaning::kRestart) ||
      (work.manifest.restart().when() == v1::RestartPolicy::ALWAYS &&
       status.cause() == Status::CAUSE_UNSPECIFIED);
  if (wants_restart) return RequestRestart(work);
  LookAtResult(work);
}

void Desk::RequestRestart(Work& work) {
  auto boot = hands_.Boot();
  work.record.set_boot(boot.value_or(""));
  const v1::RestartPolicy& policy = work.manifest.restart();
  const absl::Time now = clock_();
  const absl::Time opens = orders::NextOpening(work.manifest.window(), now, hands_.UtcOffset());
  const bool asks = policy.when() != v1::RestartPolicy::NEVER && opens <= now;
  if (asks) work.record.set_restarts(work.record.restarts() + 1);
  Note(work, Step::RESTARTING).IgnoreError();
  Report(work);
  if (!asks) {
    // Whoever restarts the machine, its agent comes back with another boot.
    if (policy.when() != v1::RestartPolicy::NEVER) {
      hands_.After(opens - now, Later(work, [this](Work& work) { RequestRestart(work); }));
    } else {
      hands_.After(options_.restart_grace, Later(work, [this](Work& work) { CheckRestart(work); }));
    }
    return;
  }
  const absl::Duration notice = FromProto(policy.notice());
  const absl::Status asked = hands_.Restart(
      notice, absl::StrCat("Central operations install an update: ", work.manifest.title(),
                           ". Windows restarts to finish it; save your work."));
  if (!asked.ok()) spdlog::warn("{}: {}", BriefId(work.record), asked.ToString());
  hands_.After(notice + options_.restart_grace,
               Later(work, [this](Work& work) { CheckRestart(work); }));
}

void Desk::CheckRestart(Work& work) {
  auto boot = hands_.Boot();
  if (boot.ok() && *boot != work.record.boot()) return LookAtResult(work);
  const v1::RestartPolicy& policy = work.manifest.restart();
  if (policy.when() == v1::RestartPolicy::NEVER) {
    hands_.After(options_.restart_grace, Later(work, [this](Work& work) { CheckRestart(work); }));
    return;
  }
  if (work.record.restarts() > policy.deferrals() + options_.last_restarts) {
    work.record.mutable_status()->set_cause(Status::RESTART_DID_NOT_HAPPEN);
    work.record.mutable_status()->set_detail(
        absl::StrCat("a restart was asked for ", work.record.restarts(), " times, and called off"));
    return LookAtResult(work);
  }
  hands_.After(FromProto(policy.deferral()),
               Later(work, [this](Work& work) { RequestRestart(work); }));
}

void Desk::LookAtResult(Work& work) {
  work.scanned = false;
  Note(work, Step::LOOKING).IgnoreError();
  Report(work);
  hands_.Rescan();
}

}  // namespace muster::remedy
