#include "server/campaign/campaigns.h"

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/orders/key_set.h"
#include "common/orders/manifest.h"
#include "common/pki/signing_key.h"
#include "common/proto_time.h"
#include "common/refusal.h"
#include "server/campaign/announcement.h"
#include "server/campaign/failure_words.h"

namespace muster::campaign {
namespace {

constexpr size_t kSamples = 10;

absl::Status NotIn(const CampaignRow& row, absl::string_view doing) {
  const std::string name = absl::StrCat("campaigns/", row.id);
  return FailedPrecondition("CAMPAIGN_STATE", name,
                            absl::StrCat(name, " is ", v1::Campaign::State_Name(row.state),
                                         ": it can't be ", doing, " now"));
}

void AddCounts(const v1::OrderCounts& from, v1::OrderCounts& to) {
  to.set_waiting(to.waiting() + from.waiting());
  to.set_offline(to.offline() + from.offline());
  to.set_offered(to.offered() + from.offered());
  to.set_accepted(to.accepted() + from.accepted());
  to.set_running(to.running() + from.running());
  to.set_reboot_pending(to.reboot_pending() + from.reboot_pending());
  to.set_verifying(to.verifying() + from.verifying());
  to.set_succeeded(to.succeeded() + from.succeeded());
  to.set_failed(to.failed() + from.failed());
  to.set_refused(to.refused() + from.refused());
  to.set_expired(to.expired() + from.expired());
  to.set_relapsed(to.relapsed() + from.relapsed());
}

void SetTime(google::protobuf::Timestamp* field, const std::optional<absl::Time>& time) {
  *field = ToProto(*time);
}

v1::Campaign Head(const CampaignRow& row) {
  v1::Campaign campaign;
  campaign.set_name(absl::StrCat("campaigns/", row.id));
  *campaign.mutable_spec() = row.spec;
  campaign.set_state(row.state);
  campaign.set_pause_reason(row.pause_reason);
  campaign.set_pause_detail(row.pause_detail);
  campaign.set_created_by(row.created_by);
  *campaign.mutable_create_time() = ToProto(row.created_at);
  if (row.submitted_at) SetTime(campaign.mutable_submit_time(), row.submitted_at);
  if (row.started_at) SetTime(campaign.mutable_start_time(), row.started_at);
  if (row.ended_at) SetTime(campaign.mutable_end_time(), row.ended_at);
  if (!row.extends.empty()) campaign.set_extends(absl::StrCat("campaigns/", row.extends));
  campaign.set_etag(absl::StrCat(row.version));
  return campaign;
}

// At the pace of what has ended so far; soaks of the waves to come are added.
void EstimateEnd(const CampaignRow& row, absl::Time now, v1::Campaign& campaign) {
  if (row.state != v1::Campaign::RUNNING || !row.started_at) return;
  const v1::OrderCounts& counts = campaign.counts();
  const int64_t ended = counts.succeeded() + counts.failed() + counts.refused() + counts.expired();
  const int64_t left = counts.waiting() + counts.offered() + counts.accepted() + counts.running() +
                       counts.reboot_pending() + counts.verifying();
  if (ended == 0) return;
  absl::Duration soaks;
  for (const v1::Wave& wave : campaign.waves()) {
    if (wave.state() != v1::Wave::DONE) soaks += FromProto(wave.policy().soak());
  }
  const absl::Duration each = (now - *row.started_at) / static_cast<double>(ended);
  *campaign.mutable_estimated_end_time() = ToProto(now + each * static_cast<double>(left) + soaks);
}

void AddSamples(const std::vector<std::string>& names,
                google::protobuf::RepeatedPtrField<std::string>* samples) {
  for (size_t i = 0; i < std::min(names.size(), kSamples); ++i) *samples->Add() = names[i];
}

uint32_t NeededApprovals(const v1::KeySet& keys, const std::string& manifest_bytes) {
  v1::OrderManifest manifest;
  manifest.ParseFromString(manifest_bytes);
  return std::max(keys.min_approvals(), manifest.required_approvals());
}

absl::StatusOr<v1::KeySet> CurrentKeys(Store& store) {
  auto sets = store.KeySets();
  if (!sets.ok()) return sets.status();
  if (sets->empty()) {
    return FailedPrecondition("KEYS_MISSING", "keySets",
                              "there are no operator keys yet: make one with `musterctl keys new`");
  }
  v1::KeySet keys;
  keys.ParseFromString(sets->back().key_set());
  return keys;
}

}  // namespace

std::string NewCampaignId() { return absl::BytesToHexString(pki::RandomBytes(6)); }

Campaigns::Campaigns(Store& store, std::vector<std::string> rules, Clock clock)
    : store_(store), rules_(std::move(rules)), clock_(std::move(clock)) {}

absl::Status Campaigns::FillPayload(v1::Action& action) {
  if (orders::PayloadOf(action) == nullptr) return absl::OkStatus();
  v1::Payload* payload = action.has_install_update()
                             ? action.mutable_install_update()->mutable_payload()
                             : action.mutable_run_check_sur()->mutable_payload();
  auto digest = Digest::FromBytes(payload->sha256());
  if (!digest.ok()) return absl::InvalidArgumentError("action.payload.sha256: must be 32 bytes");
  auto stored = store_.FindPayload(*digest);
  if (absl::IsNotFound(stored.status())) {
    return FailedPrecondition(
        "PAYLOAD_MISSING", "action.payload",
        "action.payload: the server has no such payload: upload it with `musterctl payloads "
        "upload`");
  }
  if (!stored.ok()) return stored.status();
  *payload = stored->payload();
  return absl::OkStatus();
}

absl::StatusOr<v1::Campaign> Campaigns::Create(v1::CampaignSpec spec, const std::string& by) {
  FillDefaults(spec);
  if (auto filled = FillPayload(*spec.mutable_action()); !filled.ok()) return filled;
  if (auto checked = CheckSpec(spec); !checked.ok()) return checked;
  if (!spec.rule().empty() &&
      std::find(rules_.begin(), rules_.end(), spec.rule()) == rules_.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("rule: there is no such rule; there are: ", absl::StrJoin(rules_, ", ")));
  }
  CampaignRow row;
  row.id = NewCampaignId();
  row.spec = std::move(spec);
  row.created_by = by;
  row.created_at = clock_();
  // Filters and groups that cannot be read are told now.
  if (auto planned = PlanFor(row); !planned.ok()) return planned.status();
  if (auto created = store_.Create(row); !created.ok()) return created;
  return Get(row.id);
}

absl::StatusOr<v1::Campaign> Campaigns::Extend(const std::string& id, const std::string& by) {
  auto parent = store_.Find(id);
  if (!parent.ok()) return parent.status();
  if (parent->state == v1::Campaign::DRAFT) return NotIn(*parent, "extended");
  CampaignRow row;
  row.id = NewCampaignId();
  row.spec = parent->spec;
  row.extends = parent->extends.empty() ? parent->id : parent->extends;
  row.created_by = by;
  row.created_at = clock_();
  if (auto created = store_.Create(row); !created.ok()) return created;
  return Get(row.id);
}

absl::StatusOr<v1::Campaign> Campaigns::Get(const std::string& id) {
  auto row = store_.Find(id);
  if (!row.ok()) return row.status();
  return Describe(*row);
}

absl::StatusOr<std::vector<v1::Campaign>> Campaigns::List() {
  auto rows = store_.List();
  if (!rows.ok()) return rows.status();
  std::vector<v1::Campaign> campaigns;
  for (const CampaignRow& row : *rows) {
    v1::Campaign& campaign = campaigns.emplace_back(Head(row));
    if (auto added = AddWaves(row, clock_(), campaign); !added.ok()) return added;
  }
  return campaigns;
}

absl::Status Campaigns::AddWaves(const CampaignRow& row, absl::Time now, v1::Campaign& campaign) {
  auto waves = store_.Waves(row, now);
  if (!waves.ok()) return waves.status();
  for (const WaveRow& wave : *waves) {
    v1::Wave& described = *campaign.add_waves();
    *described.mutable_policy() = row.spec.waves(wave.number - 1);
    described.set_state(wave.state);
    *described.mutable_counts() = wave.counts;
    if (wave.started_at) SetTime(described.mutable_start_time(), wave.started_at);
    if (wave.soaks_since) SetTime(described.mutable_soak_time(), wave.soaks_since);
    if (wave.ended_at) SetTime(described.mutable_end_time(), wave.ended_at);
    described.set_accepted_failures(wave.accepted_failures);
    AddCounts(wave.counts, *campaign.mutable_counts());
  }
  EstimateEnd(row, now, campaign);
  return absl::OkStatus();
}

absl::StatusOr<v1::Campaign> Campaigns::Describe(const CampaignRow& row) {
  v1::Campaign campaign = Head(row);
  const absl::Time now = clock_();
  auto approvals = store_.Approvals(row.id);
  if (!approvals.ok()) return approvals.status();
  if (!row.manifest.empty()) campaign.mutable_signed_manifest()->set_manifest(row.manifest);
  for (const ApprovalRow& approval : *approvals) {
    *campaign.mutable_signed_manifest()->add_signatures() = approval.signature;
    v1::Campaign::Approval& described = *campaign.add_approvals();
    described.set_key(approval.signature.key());
    described.set_key_name(approval.key_name);
    described.set_by(approval.by);
    *described.mutable_at() = ToProto(approval.at);
  }
  if (auto added = AddWaves(row, now, campaign); !added.ok()) return added;
  auto failures = store_.Failures(row.id);
  if (!failures.ok()) return failures.status();
  for (v1::FailureGroup& group : *failures) {
    Explain(group);
    *campaign.add_failures() = std::move(group);
  }
  return campaign;
}

absl::StatusOr<Plan> Campaigns::PlanFor(const CampaignRow& row) {
  auto candidates = store_.Candidates(row.spec, row.extends, clock_());
  if (!candidates.ok()) return candidates.status();
  return MakePlan(row.spec, *candidates);
}

absl::StatusOr<v1::PreviewCampaignResponse> Campaigns::Preview(const std::string& id) {
  auto row = store_.Find(id);
  if (!row.ok()) return row.status();
  auto plan = PlanFor(*row);
  if (!plan.ok()) return plan.status();
  v1::PreviewCampaignResponse preview;
  preview.set_would_do(orders::DescribeAction(row->spec.action()));
  preview.set_targets(static_cast<int64_t>(plan->targets.size()));
  preview.set_selected(preview.targets());
  std::vector<std::vector<std::string>> names(static_cast<size_t>(row->spec.waves_size()));
  for (const Plan::Target& target : plan->targets) {
    names[static_cast<size_t>(target.wave - 1)].push_back(target.name);
  }
  for (int i = 0; i < row->spec.waves_size(); ++i) {
    auto& share = *preview.add_waves();
    share.set_name(row->spec.waves(i).name());
    share.set_machines(static_cast<int64_t>(names[static_cast<size_t>(i)].size()));
    AddSamples(names[static_cast<size_t>(i)], share.mutable_samples());
    if (share.machines() == 0) {
      preview.add_warnings(absl::StrCat("wave ", i + 1, " has no machines"));
    } else if (share.machines() < row->spec.waves(i).min_sample()) {
      preview.add_warnings(
          absl::StrCat("wave ", i + 1, " has ", share.machines(),
                       " machines: its error threshold never counts, since it waits for ",
                       row->spec.waves(i).min_sample()));
    }
  }
  for (const auto& [reason, skipped] : plan->skips) {
    auto& skip = *preview.add_skips();
    skip.set_reason(reason);
    skip.set_machines(static_cast<int64_t>(skipped.size()));
    AddSamples(skipped, skip.mutable_samples());
    preview.set_selected(preview.selected() + skip.machines());
  }
  if (plan->targets.empty()) preview.add_warnings("no machine would be touched");
  return preview;
}

absl::StatusOr<v1::Campaign> Campaigns::Change(
    const std::string& id, const std::function<absl::Status(CampaignTransaction&)>& change) {
  if (auto changed = store_.Change(id, /*only_if_free=*/false, change); !changed.ok()) {
    return changed;
  }
  return Get(id);
}

absl::StatusOr<v1::Campaign> Campaigns::Submit(const std::string& id) {
  auto draft = store_.Find(id);
  if (!draft.ok()) return draft.status();
  auto plan = PlanFor(*draft);
  if (!plan.ok()) return plan.status();
  if (plan->targets.empty()) {
    return FailedPrecondition(
        "NOTHING_SELECTED", absl::StrCat("campaigns/", id),
        "no machine of the selection would be touched: see `musterctl campaigns preview`");
  }
  return Change(id, [&](CampaignTransaction& transaction) -> absl::Status {
    CampaignRow& row = transaction.row();
    if (row.state != v1::Campaign::DRAFT) return NotIn(row, "submitted");
    const absl::Time now = clock_();
    row.manifest = MakeManifest(row, *plan, now).SerializeAsString();
    row.submitted_at = now;
    row.state = v1::Campaign::AWAITING_APPROVAL;
    std::vector<OrderRow> orders;
    for (size_t leaf = 0; leaf < plan->targets.size(); ++leaf) {
      OrderRow& order = orders.emplace_back();
      order.machine = plan->targets[leaf].machine;
      order.campaign = row.id;
      order.wave = plan->targets[leaf].wave;
      order.leaf = leaf;
      order.status.set_state(v1::OrderStatus::SCHEDULED);
    }
    return transaction.PutTargets(orders, row.spec.waves_size());
  });
}

absl::StatusOr<v1::Campaign> Campaigns::Approve(const std::string& id,
                                                const v1::Signature& signature,
                                                const std::string& by) {
  auto keys = CurrentKeys(store_);
  if (!keys.ok()) return keys.status();
  return Change(id, [&](CampaignTransaction& transaction) -> absl::Status {
    const CampaignRow& row = transaction.row();
    if (row.state != v1::Campaign::AWAITING_APPROVAL) return NotIn(row, "approved");
    const v1::OperatorKey* key = orders::FindKey(*keys, signature.key());
    v1::SignedManifest signed_manifest;
    signed_manifest.set_manifest(row.manifest);
    *signed_manifest.add_signatures() = signature;
    if (key == nullptr || orders::CountApprovals(*keys, signed_manifest) != 1) {
      return absl::InvalidArgumentError(
          "signature: not one over this campaign's manifest by a key that agents have pinned");
    }
    auto approvals = transaction.Approvals();
    if (!approvals.ok()) return approvals.status();
    for (const ApprovalRow& before : *approvals) {
      if (before.signature.key() == signature.key()) return absl::OkStatus();  // said already
      if (row.spec.two_person() && before.by == by) {
        return absl::PermissionDeniedError(
            "this campaign takes two persons, and this one has brought a signature already");
      }
    }
    return transaction.PutApproval({signature, key->name(), by, clock_()});
  });
}

absl::StatusOr<v1::Campaign> Campaigns::Start(const std::string& id) {
  auto keys = CurrentKeys(store_);
  if (!keys.ok()) return keys.status();
  return Change(id, [&](CampaignTransaction& transaction) -> absl::Status {
    CampaignRow& row = transaction.row();
    if (row.state != v1::Campaign::AWAITING_APPROVAL) return NotIn(row, "started");
    auto approvals = transaction.Approvals();
    if (!approvals.ok()) return approvals.status();
    v1::SignedManifest signed_manifest;
    signed_manifest.set_manifest(row.manifest);
    for (const ApprovalRow& approval : *approvals) {
      *signed_manifest.add_signatures() = approval.signature;
    }
    const uint32_t have = orders::CountApprovals(*keys, signed_manifest);
    const uint32_t need = NeededApprovals(*keys, row.manifest);
    if (have < need) {
      return FailedPrecondition(
          "APPROVALS_MISSING", absl::StrCat("campaigns/", row.id),
          absl::StrCat("campaigns/", row.id, " has ", have, " of the ", need,
                       " signatures that it takes: `musterctl campaigns approve`"));
    }
    row.state = v1::Campaign::RUNNING;
    row.started_at = clock_();
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::Campaign> Campaigns::Pause(const std::string& id, const std::string& reason) {
  return Change(id, [&](CampaignTransaction& transaction) -> absl::Status {
    CampaignRow& row = transaction.row();
    if (row.state != v1::Campaign::RUNNING) return NotIn(row, "paused");
    row.state = v1::Campaign::PAUSED;
    row.pause_reason = v1::Campaign::BY_OPERATOR;
    row.pause_detail = reason;
    return Announce(transaction, "campaign.paused", reason, clock_());
  });
}

absl::StatusOr<v1::Campaign> Campaigns::Resume(const std::string& id) {
  return Change(id, [&](CampaignTransaction& transaction) -> absl::Status {
    CampaignRow& row = transaction.row();
    if (row.state != v1::Campaign::PAUSED) return NotIn(row, "resumed");
    if (row.pause_reason != v1::Campaign::BY_OPERATOR) {
      auto waves = transaction.Waves(clock_());
      if (!waves.ok()) return waves.status();
      for (WaveRow& wave : *waves) {
        if (row.pause_reason == v1::Campaign::ERRORS_ABOVE_THRESHOLD) break;
        if (wave.state == v1::Wave::PENDING) continue;
        wave.waived = true;
        if (auto put = transaction.PutWave(wave); !put.ok()) return put;
      }
      if (auto accepted = transaction.AcceptFailures(); !accepted.ok()) return accepted;
    }
    row.state = v1::Campaign::RUNNING;
    row.pause_reason = v1::Campaign::PAUSE_REASON_UNSPECIFIED;
    row.pause_detail.clear();
    return absl::OkStatus();
  });
}

absl::StatusOr<v1::Campaign> Campaigns::Cancel(const std::string& id) {
  return Change(id, [&](CampaignTransaction& transaction) -> absl::Status {
    CampaignRow& row = transaction.row();
    if (row.state == v1::Campaign::COMPLETED || row.state == v1::Campaign::CANCELLED) {
      return NotIn(row, "cancelled");
    }
    row.state = v1::Campaign::CANCELLED;
    row.ended_at = clock_();
    if (auto withdrawn = transaction.Withdraw(clock_()); !withdrawn.ok()) return withdrawn;
    return Announce(transaction, "campaign.cancelled", "an operator ended it", clock_());
  });
}

absl::StatusOr<v1::Campaign> Campaigns::RetryFailed(const std::string& id) {
  return Change(id, [&](CampaignTransaction& transaction) -> absl::Status {
    const CampaignRow& row = transaction.row();
    if (row.state != v1::Campaign::RUNNING && row.state != v1::Campaign::PAUSED) {
      return NotIn(row, "retried");
    }
    auto retried = transaction.RetryFailed(row.spec.max_attempts(), clock_());
    if (!retried.ok()) return retried.status();
    if (*retried > 0) return absl::OkStatus();
    return FailedPrecondition(
        "NOTHING_TO_RETRY", absl::StrCat("campaigns/", row.id),
        "nothing to retry: no machine failed that has attempts left (max_attempts was signed)");
  });
}

}  // namespace muster::campaign
