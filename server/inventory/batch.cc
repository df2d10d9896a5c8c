#include "server/inventory/batch.h"

#include <algorithm>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/text_checks.h"
#include "server/inventory/message_checks.h"

namespace muster::inventory {
namespace {

// The machine's rows are written by these; the others only add shared rows.
bool WritesMachine(const Job& job) {
  return !std::holds_alternative<ChangeWork>(job.work) &&
         !std::holds_alternative<ItemsWork>(job.work);
}

// The message is at fault, not the database.
bool IsFaultOfSender(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status) ||
         absl::IsNotFound(status);
}

v1::SetAnswer MakeAnswer(v1::SetKind kind, const Digest& set, v1::SetAnswer::Want want) {
  v1::SetAnswer answer;
  answer.set_kind(kind);
  answer.set_want(want);
  answer.set_digest(set.ToBytes());
  return answer;
}

}  // namespace

v1::SetAnswer AnswerToSend(const BatchContext& context, const Claim& claim) {
  auto pending = context.sessions.Pending(claim.session, claim.kind, claim.set);
  bool has_base = pending && pending->base && context.sets.Contains(*pending->base);
  return MakeAnswer(claim.kind, claim.set,
                    has_base ? v1::SetAnswer::NEED_CHANGE : v1::SetAnswer::NEED_ALL);
}

void TellToSend(const BatchContext& context, const std::vector<Claim>& claims) {
  for (const Claim& claim : claims) {
    v1::SetAnswers answers;
    *answers.add_answers() = AnswerToSend(context, claim);
    context.sessions.Answer(claim.session, std::move(answers));
  }
}

void QueueAdoption(const BatchContext& context, SessionId session) {
  auto machine = context.sessions.Machine(session);
  if (!machine) return;
  context.queue.PushFollowUp(Job{.session = session,
                                 .machine = *machine,
                                 .bytes = 0,
                                 .work = AdoptWork{},
                                 .fail = [](const absl::Status&) {}});
}

absl::Status Batch::Apply(std::vector<Job>& jobs) {
  now_ = context_.clock();
  auto transaction = context_.store.Begin();
  if (!transaction.ok()) return transaction.status();
  transaction_ = *std::move(transaction);

  DropDeserted(jobs);
  std::vector<MachineId> machines;
  for (const Job& job : jobs) {
    if (WritesMachine(job)) machines.push_back(job.machine);
  }
  std::ranges::sort(machines);
  machines.erase(std::unique(machines.begin(), machines.end()), machines.end());
  auto enrolled = transaction_->LockMachines(machines);
  if (!enrolled.ok()) return enrolled.status();
  enrolled_ = *std::move(enrolled);
  if (absl::Status status = LearnSets(jobs); !status.ok()) return status;

  for (Job& job : jobs) {
    absl::Status status = Stage(job);
    if (status.ok()) continue;
    if (!IsFaultOfSender(status)) return status;
    ++faulty_;
    after_commit_.push_back([&job, status] { job.fail(status); });
  }
  if (absl::Status status = WriteReports(); !status.ok()) return status;
  if (absl::Status status = transaction_->Commit(); !status.ok()) return status;
  for (const auto& callback : after_commit_) callback();
  return absl::OkStatus();
}

// Sessions that have gone need no adoption.
void Batch::DropDeserted(std::vector<Job>& jobs) {
  std::erase_if(jobs, [this](const Job& job) {
    return std::holds_alternative<AdoptWork>(job.work) &&
           !context_.sessions.Machine(job.session).has_value();
  });
}

absl::Status Batch::LearnSets(const std::vector<Job>& jobs) {
  absl::flat_hash_set<Digest> unknown;
  auto wonder = [&](const std::string& bytes) {
    auto digest = Digest::FromBytes(bytes);
    if (digest.ok() && !context_.sets.Contains(*digest)) unknown.insert(*digest);
  };
  for (const Job& job : jobs) {
    const auto* work = std::get_if<InventoryWork>(&job.work);
    if (work == nullptr) continue;
    for (const v1::Inventory::State& state : work->inventory.states()) {
      wonder(state.digest());
      wonder(state.base());
    }
  }
  if (unknown.empty()) return absl::OkStatus();
  auto known = transaction_->KnownSets(std::vector<Digest>(unknown.begin(), unknown.end()));
  if (!known.ok()) return known.status();
  for (const Digest& set : *known) context_.sets.Add(set);
  return absl::OkStatus();
}

absl::Status Batch::Stage(Job& job) {
  if (WritesMachine(job) && !enrolled_.contains(job.machine)) {
    return absl::FailedPreconditionError(
        "this machine is not enrolled with this server: enrol it again with `muster-agent enroll`");
  }
  return std::visit(
      [&](auto& work) -> absl::Status {
        using Work = std::decay_t<decltype(work)>;
        if constexpr (std::is_same_v<Work, InventoryWork>) return StageInventory(job, work);
        if constexpr (std::is_same_v<Work, ChangeWork>) return StageChange(job, work);
        if constexpr (std::is_same_v<Work, ItemsWork>) return StageItems(job, work);
        if constexpr (std::is_same_v<Work, IncidentWork>) return StageIncidents(job, work);
        if constexpr (std::is_same_v<Work, AdoptWork>) return StageAdoption(job);
      },
      job.work);
}

MachineReport& Batch::ReportOf(const MachineId& machine) {
  MachineReport& report = reports_[machine];
  report.machine = machine;
  report.at = now_;
  return report;
}

absl::Status Batch::StageInventory(Job& job, InventoryWork& work) {
  if (absl::Status status = CheckInventory(work.inventory); !status.ok()) return status;
  if (work.attributes) {
    if (absl::Status status = CheckAttributes(*work.attributes); !status.ok()) return status;
  }
  MachineReport& report = ReportOf(job.machine);
  if (work.attributes) report.attributes = work.attributes;
  if (!work.agent_version.empty()) report.agent_version = work.agent_version;
  if (work.inventory.has_incidents()) report.incidents_outcome = work.inventory.incidents();
  report.install_dates.assign(work.inventory.install_dates().begin(),
                              work.inventory.install_dates().end());

  std::vector<v1::SetAnswer> answers;
  for (const v1::Inventory::State& state : work.inventory.states()) {
    context_.sessions.DropPending(job.session, state.kind());
    if (state.digest().empty()) {
      report.kinds.push_back({state.kind(), state.outcome(), std::nullopt});
      continue;
    }
    Digest set = *Digest::FromBytes(state.digest());
    if (context_.sets.Contains(set)) {
      report.kinds.push_back({state.kind(), state.outcome(), set});
      answers.push_back(MakeAnswer(state.kind(), set, v1::SetAnswer::HAVE));
      continue;
    }
    PendingSet pending{state.outcome(), set, std::nullopt};
    if (!state.base().empty()) pending.base = *Digest::FromBytes(state.base());
    context_.sessions.SetPending(job.session, state.kind(), std::move(pending));
    Claim claim{job.session, state.kind(), set};
    if (context_.uploads.Join(claim, now_)) answers.push_back(AnswerToSend(context_, claim));
  }
  after_commit_.push_back(
      [&work, answers = std::move(answers)]() mutable { work.done(std::move(answers)); });
  return absl::OkStatus();
}

absl::Status Batch::StageChange(Job& job, ChangeWork& work) {
  auto change = ReadSetChange(work.change);
  if (!change.ok()) return change.status();
  if (!context_.sessions.Pending(job.session, change->kind, change->set)) {
    return absl::InvalidArgumentError("a set change came for a set that this session did not name");
  }
  std::vector<Digest> base;
  if (change->base) {
    auto stored = transaction_->SetItems(*change->base);
    if (!stored.ok()) return stored.status();
    base = *std::move(stored);
  }
  auto items = ApplyDifference(base, change->difference);
  if (!items.ok()) return items.status();
  if (SetDigest(change->kind, *items) != change->set) {
    return absl::InvalidArgumentError("a set change does not give the set whose digest it names");
  }
  auto missing = transaction_->MissingItems(change->kind, *items);
  if (!missing.ok()) return missing.status();
  v1::NeedItems need;
  need.set_kind(change->kind);
  need.set_set(change->set.ToBytes());
  for (const Digest& digest : *missing) need.add_digests(digest.ToBytes());
  after_commit_.push_back(
      [&work, need = std::move(need)]() mutable { work.done(std::move(need)); });
  if (missing->empty()) return StoreSet(change->kind, change->set, *items);
  context_.uploads.Announce(change->set, *std::move(items), *std::move(missing), now_);
  return absl::OkStatus();
}

absl::Status Batch::StageItems(Job& job, ItemsWork& work) {
  auto set = Digest::FromBytes(work.items.set());
  if (!set.ok()) return set.status();
  if (!context_.sessions.Pending(job.session, work.items.kind(), *set)) {
    return absl::InvalidArgumentError("items came for a set that this session did not name");
  }
  std::vector<Item> items;
  std::vector<Digest> digests;
  for (std::string& bytes : *work.items.mutable_items()) {
    if (bytes.size() > kMaxItemBytes) {
      return absl::InvalidArgumentError(
          absl::StrCat("an item has at most ", kMaxItemBytes, " bytes, this one ", bytes.size()));
    }
    Digest digest = Sha256(bytes);
    if (!context_.uploads.Misses(*set, digest)) continue;
    digests.push_back(digest);
    items.push_back({digest, bytes});
  }
  if (absl::Status status = transaction_->PutItems(work.items.kind(), items); !status.ok()) {
    return status;
  }
  after_commit_.push_back([&work] { work.done(); });
  auto whole = context_.uploads.Receive(*set, digests, now_);
  if (!whole) return absl::OkStatus();
  return StoreSet(work.items.kind(), *set, *whole);
}

absl::Status Batch::StoreSet(v1::SetKind kind, const Digest& set,
                             const std::vector<Digest>& items) {
  if (absl::Status status = transaction_->PutSet(kind, set, items); !status.ok()) return status;
  after_commit_.push_back([this, set] {
    context_.sets.Add(set);
    UploadBoard::Completion completion = context_.uploads.Complete(set);
    for (const Claim& claim : completion.waiting) {
      // A machine takes its new sets over together, so that its rows are written and judged once.
      if (context_.sessions.MarkStored(claim.session, claim.kind, claim.set, now_)) {
        QueueAdoption(context_, claim.session);
      }
    }
    TellToSend(context_, completion.send_now);
  });
  return absl::OkStatus();
}

absl::Status Batch::StageAdoption(Job& job) {
  auto stored = context_.sessions.StoredSets(job.session);
  if (stored.empty()) return absl::OkStatus();
  v1::SetAnswers answers;
  for (const auto& [kind, pending] : stored) {
    ReportOf(job.machine).kinds.push_back({kind, pending.outcome, pending.set});
    *answers.add_answers() = MakeAnswer(kind, pending.set, v1::SetAnswer::HAVE);
  }
  after_commit_.push_back([this, session = job.session, answers] {
    for (const v1::SetAnswer& answer : answers.answers()) {
      context_.sessions.DropPending(session, answer.kind());
    }
    context_.sessions.Answer(session, answers);
  });
  return absl::OkStatus();
}

absl::Status Batch::StageIncidents(Job& job, IncidentWork& work) {
  auto read = ReadIncidents(work.batch);
  if (!read.ok()) return read.status();
  if (!incident_sources_.emplace(job.machine, work.batch.source()).second) {
    return absl::AbortedError("two batches of one log met in one transaction");
  }
  for (auto& [signature, message] : read->signatures) {
    if (context_.signatures.Contains(signature)) continue;
    new_signatures_.push_back(
        {signature, message.SerializeAsString(), context_.verdicts.IsOfInterest(message)});
  }
  incident_reports_.push_back({job.machine, work.batch.source(),
                               work.batch.from().SerializeAsString(),
                               work.batch.to().SerializeAsString(), std::move(read->counts)});
  incident_done_.push_back(work.done);
  return absl::OkStatus();
}

absl::Status Batch::WriteReports() {
  if (!new_signatures_.empty()) {
    if (absl::Status status = transaction_->PutSignatures(new_signatures_); !status.ok()) {
      return status;
    }
    after_commit_.push_back([this] {
      for (const StoredSignature& stored : new_signatures_) {
        context_.signatures.Add(stored.digest);
      }
    });
  }
  std::vector<MachineReport> reports;
  std::set<MachineId> machines;
  for (auto& [machine, report] : reports_) {
    machines.insert(machine);
    reports.push_back(std::move(report));
  }
  if (!reports.empty()) {
    if (absl::Status status = transaction_->PutReports(reports); !status.ok()) return status;
  }
  if (!incident_reports_.empty()) {
    auto results = transaction_->PutIncidents(incident_reports_);
    if (!results.ok()) return results.status();
    for (size_t i = 0; i < results->size(); ++i) {
      machines.insert(incident_reports_[i].machine);
      v1::IncidentAck ack;
      ack.set_source(incident_reports_[i].source);
      ack.mutable_position()->ParseFromString((*results)[i].position);
      after_commit_.push_back([done = incident_done_[i], ack] { done(ack); });
    }
  }
  if (machines.empty()) return absl::OkStatus();
  return context_.verdicts.Judge(*transaction_,
                                 std::vector<MachineId>(machines.begin(), machines.end()), now_);
}

}  // namespace muster::inventory
