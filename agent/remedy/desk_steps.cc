// What is done for an order, step by step.
#include <spdlog/spdlog.h>

#include <algorithm>

#include "agent/remedy/desk_internal.h"
#include "common/orders/manifest.h"
#include "common/orders/window.h"
#include "common/proto_time.h"

namespace muster::remedy {

// After a restart of agent or machine.
void Desk::GoOn(Work& work) {
  switch (work.step()) {
    case Step::STARTING:
      // To read once more does no harm, and nothing else tells whether it was sent.
      if (work.manifest.action().has_collect_evidence()) return CollectEvidence(work);
      return AfterExit(work);
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
  if (work.manifest.action().has_collect_evidence()) return CollectEvidence(work);
  if (work.commands.empty()) return AfterExit(work);
  StartNextCommand(work);
}

void Desk::CollectEvidence(Work& work) {
  const auto collected = [this](Work& work, const absl::Status& collected) {
    if (collected.ok()) return LookAtResult(work);
    const absl::Time now = clock_();
    work.waits_since = std::min(work.waits_since, now);
    if (!absl::IsUnavailable(collected) ||
        now - work.waits_since >= FromProto(work.manifest.run_limit())) {
      return End(work, Status::FAILED, Status::EVIDENCE_NOT_SENT, std::string(collected.message()));
    }
    hands_.After(options_.look_again, Later(work, [this](Work& work) { CollectEvidence(work); }));
  };
  hands_.CollectEvidence(work.manifest.action().collect_evidence(), work.record.campaign(),
                         Digest::FromBytes(work.record.order())->ToHex(), Later(work, collected));
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
