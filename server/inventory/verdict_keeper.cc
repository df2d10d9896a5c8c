#include "server/inventory/verdict_keeper.h"

#include <algorithm>
#include <optional>
#include <utility>

namespace muster::inventory {
namespace {

// A fleet of clones has few distinct sets; findings of one are some kilobytes.
constexpr size_t kMaxCachedFindings = 4'096;
constexpr size_t kMaxCachedSignatures = 65'536;
constexpr size_t kMachinesPerTransaction = 1'000;

// Who is hit, and has an order under way, is being seen to.
void TellOfOrders(const std::vector<std::string>& remediated, std::vector<v1::Verdict>& verdicts) {
  for (v1::Verdict& verdict : verdicts) {
    if (verdict.state() != v1::Verdict::AFFECTED && verdict.state() != v1::Verdict::AT_RISK) {
      continue;
    }
    if (std::find(remediated.begin(), remediated.end(), verdict.rule()) == remediated.end()) {
      continue;
    }
    verdict.set_state(v1::Verdict::REMEDIATING);
    verdict.set_explanation(verdict.explanation() + " A campaign is at work on it.");
  }
}

}  // namespace

absl::StatusOr<VerdictKeeper::Findings> VerdictKeeper::FindingsOf(Transaction& transaction,
                                                                  v1::SetKind kind,
                                                                  const Digest& set) {
  {
    absl::MutexLock lock(&mutex_);
    auto it = findings_.find(set);
    if (it != findings_.end()) return it->second;
  }
  auto items = transaction.LoadSet(set);
  if (!items.ok()) return items.status();
  Findings findings = verdict::Examine(*rules_, kind, *items);
  absl::MutexLock lock(&mutex_);
  if (findings_.emplace(set, findings).second) findings_age_.push_back(set);
  if (findings_age_.size() > kMaxCachedFindings) {
    findings_.erase(findings_age_.front());
    findings_age_.pop_front();
  }
  return findings;
}

std::shared_ptr<const v1::IncidentSignature> VerdictKeeper::SignatureOf(
    const MachineState::Record& record) {
  absl::MutexLock lock(&mutex_);
  auto it = signatures_.find(record.count.signature);
  if (it != signatures_.end()) return it->second;
  auto signature = std::make_shared<v1::IncidentSignature>();
  signature->ParseFromString(record.signature_bytes);
  if (signatures_.size() < kMaxCachedSignatures) {
    signatures_.emplace(record.count.signature, signature);
  }
  return signature;
}

absl::StatusOr<verdict::MachineView> VerdictKeeper::ViewOf(Transaction& transaction,
                                                           const MachineState& state) {
  verdict::MachineView view;
  view.incidents_outcome = state.incidents_outcome;
  for (const auto& [kind, stored] : state.kinds) {
    verdict::MachineView::Kind& seen = view.kinds[kind];
    seen.outcome = stored.outcome;
    for (const std::optional<Digest>& set : {stored.standing, stored.partial}) {
      if (!set) continue;
      auto findings = FindingsOf(transaction, kind, *set);
      if (!findings.ok()) return findings.status();
      seen.sets.push_back(*std::move(findings));
    }
  }
  for (const MachineState::Record& record : state.records) {
    view.records.push_back({record.count.signature, SignatureOf(record), record.count.first,
                            record.count.last, record.count.count});
  }
  return view;
}

absl::Status VerdictKeeper::Judge(Transaction& transaction, absl::Span<const MachineId> machines,
                                  absl::Time now) {
  auto states = transaction.LoadStates(machines);
  if (!states.ok()) return states.status();
  std::vector<MachineVerdicts> verdicts;
  verdicts.reserve(states->size());
  for (const auto& [machine, state] : *states) {
    auto view = ViewOf(transaction, state);
    if (!view.ok()) return view.status();
    verdicts.push_back({machine, now, verdict::Judge(*rules_, *view, now)});
    TellOfOrders(state.remediated, verdicts.back().verdicts);
  }
  return transaction.PutVerdicts(verdicts);
}

absl::StatusOr<size_t> VerdictKeeper::FollowOrders(Store& store, absl::Time now) {
  auto machines = store.MachinesWithOrdersUnjudged(kMachinesPerTransaction);
  if (!machines.ok()) return machines.status();
  if (machines->empty()) return 0;
  auto transaction = store.Begin();
  if (!transaction.ok()) return transaction.status();
  if (auto locked = (*transaction)->LockMachines(*machines); !locked.ok()) return locked.status();
  if (absl::Status status = Judge(**transaction, *machines, now); !status.ok()) return status;
  if (absl::Status status = (*transaction)->Commit(); !status.ok()) return status;
  return machines->size();
}

absl::Status VerdictKeeper::JudgeFleet(Store& store, absl::Time now) {
  auto judged_by = store.JudgedBy();
  if (!judged_by.ok()) return judged_by.status();
  if (*judged_by == rules_->digest().ToBytes()) return absl::OkStatus();

  auto signatures = store.AllSignatures();
  if (!signatures.ok()) return signatures.status();
  std::vector<Digest> of_interest;
  for (const StoredSignature& stored : *signatures) {
    v1::IncidentSignature signature;
    if (signature.ParseFromString(stored.bytes) && IsOfInterest(signature)) {
      of_interest.push_back(stored.digest);
    }
  }
  if (absl::Status status = store.SetOfInterest(of_interest); !status.ok()) return status;

  std::optional<MachineId> after;
  for (;;) {
    auto machines = store.MachinesAfter(after, kMachinesPerTransaction);
    if (!machines.ok()) return machines.status();
    if (machines->empty()) break;
    auto transaction = store.Begin();
    if (!transaction.ok()) return transaction.status();
    if (auto locked = (*transaction)->LockMachines(*machines); !locked.ok()) {
      return locked.status();
    }
    if (absl::Status status = Judge(**transaction, *machines, now); !status.ok()) return status;
    if (absl::Status status = (*transaction)->Commit(); !status.ok()) return status;
    after = machines->back();
  }
  return store.SetJudgedBy(rules_->digest().ToBytes());
}

}  // namespace muster::inventory
