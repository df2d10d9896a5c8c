#include "server/campaign/spec.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/orders/manifest.h"
#include "common/orders/merkle.h"
#include "common/orders/window.h"
#include "common/pki/signing_key.h"
#include "common/proto_time.h"
#include "common/text_checks.h"

namespace muster::campaign {
namespace {

constexpr int kMaxWaves = 50;
constexpr absl::Duration kMaxWait = absl::Hours(24 * 30);
// What machines in the same second of a manifest's making, with clocks that differ, still take.
constexpr absl::Duration kClockSlack = absl::Minutes(10);

absl::Status Bad(absl::string_view field, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(field, ": ", what));
}

void SetIfUnset(google::protobuf::Duration* field, bool has, absl::Duration value) {
  if (!has) *field = ToProto(value);
}

absl::Status CheckWait(const std::string& field, const google::protobuf::Duration& duration,
                       absl::Duration least) {
  const absl::Duration value = FromProto(duration);
  if (value >= least && value <= kMaxWait) return absl::OkStatus();
  return Bad(field, absl::StrCat("must be ", absl::FormatDuration(least), " to 720h"));
}

absl::Status CheckWave(const v1::WavePolicy& wave, int number) {
  const std::string at = absl::StrCat("waves[", number, "].");
  if (auto checked = CheckText(at + "name", wave.name()); !checked.ok()) return checked;
  switch (wave.size_case()) {
    case v1::WavePolicy::kMachines:
      if (wave.machines() < 1) return Bad(at + "machines", "must be at least 1");
      break;
    case v1::WavePolicy::kPercent:
      if (wave.percent() < 1 || wave.percent() > 100)
        return Bad(at + "percent", "must be 1 to 100");
      break;
    case v1::WavePolicy::kRest:
      if (!wave.rest()) return Bad(at + "rest", "must be true where it is given");
      break;
    default:
      return Bad(at + "size", "must be machines, percent or rest");
  }
  if (wave.concurrency() < 1) return Bad(at + "concurrency", "must be at least 1");
  if (wave.success_percent() < 1 || wave.success_percent() > 100) {
    return Bad(at + "success_percent", "must be 1 to 100");
  }
  if (wave.error_percent() > 99) return Bad(at + "error_percent", "must be 0 to 99");
  if (wave.min_sample() < 1) return Bad(at + "min_sample", "must be at least 1");
  if (auto checked = CheckWait(at + "soak", wave.soak(), absl::ZeroDuration()); !checked.ok()) {
    return checked;
  }
  if (auto checked = CheckWait(at + "deadline", wave.deadline(), absl::Seconds(1)); !checked.ok()) {
    return checked;
  }
  return CheckWait(at + "offline_after", wave.offline_after(), absl::Seconds(1));
}

std::string SkipReason(const v1::CampaignSpec& spec, const Candidate& candidate) {
  const v1::Payload* payload = orders::PayloadOf(spec.action());
  if (!spec.rule().empty()) {
    switch (candidate.verdict) {
      case v1::Verdict::AFFECTED:
      case v1::Verdict::AT_RISK:
        break;
      case v1::Verdict::REMEDIATING:
        return absl::StrCat(candidate.open_campaign, " is at work on it");
      case v1::Verdict::FIXED:
        return "it is FIXED already";
      case v1::Verdict::CLEAN:
        return "it is CLEAN";
      default:
        return "its verdict is UNKNOWN: see `musterctl machines show`";
    }
  }
  if (!candidate.open_campaign.empty()) {
    return absl::StrCat(candidate.open_campaign, " is at work on it");
  }
  if (payload != nullptr && !payload->architecture().empty() && !candidate.architecture.empty() &&
      payload->architecture() != candidate.architecture) {
    return absl::StrCat("it is ", candidate.architecture, ", the update is for ",
                        payload->architecture());
  }
  return "";
}

// How many of `all` targets a wave wants.
size_t SizeOf(const v1::WavePolicy& wave, size_t all) {
  if (wave.has_machines()) return wave.machines();
  if (wave.has_percent()) return (all * wave.percent() + 99) / 100;
  return all;
}

}  // namespace

void FillDefaults(v1::CampaignSpec& spec) {
  if (spec.waves().empty()) {
    v1::WavePolicy& canary = *spec.add_waves();
    canary.set_name("canary");
    canary.set_machines(5);
    canary.set_success_percent(100);
    spec.add_waves()->set_percent(20);
    spec.add_waves()->set_rest(true);
  }
  for (v1::WavePolicy& wave : *spec.mutable_waves()) {
    if (wave.concurrency() == 0) wave.set_concurrency(200);
    if (wave.success_percent() == 0) wave.set_success_percent(95);
    if (wave.min_sample() == 0) wave.set_min_sample(5);
    SetIfUnset(wave.mutable_soak(), wave.has_soak(), absl::Hours(1));
    SetIfUnset(wave.mutable_deadline(), wave.has_deadline(), absl::Hours(4));
    SetIfUnset(wave.mutable_offline_after(), wave.has_offline_after(), absl::Minutes(15));
  }
  if (!spec.has_restart()) spec.mutable_restart()->set_deferrals(3);
  v1::RestartPolicy& restart = *spec.mutable_restart();
  if (restart.when() == v1::RestartPolicy::WHEN_UNSPECIFIED) {
    restart.set_when(spec.action().has_restart() ? v1::RestartPolicy::ALWAYS
                                                 : v1::RestartPolicy::IF_NEEDED);
  }
  SetIfUnset(restart.mutable_notice(), restart.has_notice(), absl::Minutes(10));
  SetIfUnset(restart.mutable_deferral(), restart.has_deferral(), absl::Hours(1));
  if (!spec.has_preconditions()) {
    spec.mutable_preconditions()->set_min_free_disk_bytes(uint64_t{1} << 30);
  }
  SetIfUnset(spec.mutable_preconditions()->mutable_patience(), spec.preconditions().has_patience(),
             absl::Minutes(30));
  if (spec.max_attempts() == 0) spec.set_max_attempts(3);
  SetIfUnset(spec.mutable_validity(), spec.has_validity(), absl::Hours(24 * 14));
  SetIfUnset(spec.mutable_run_limit(), spec.has_run_limit(), absl::Hours(2));
}

absl::Status CheckSpec(const v1::CampaignSpec& spec) {
  if (spec.title().empty()) return Bad("title", "say what the campaign is for");
  if (auto checked = CheckText("title", spec.title()); !checked.ok()) return checked;
  if (spec.description().size() > 4096) return Bad("description", "at most 4096 bytes");
  if (spec.group().empty() && spec.filter().empty()) {
    return Bad("selection", "must be a group or a filter");
  }
  if (auto checked = orders::CheckAction(spec.action()); !checked.ok()) return checked;
  if (spec.action().has_collect_evidence() && !spec.rule().empty()) {
    return Bad("rule",
               "must be empty for collect_evidence, which cures nothing: select by a filter");
  }
  if (spec.waves().empty() || spec.waves_size() > kMaxWaves) return Bad("waves", "must be 1 to 50");
  for (int i = 0; i < spec.waves_size(); ++i) {
    if (auto checked = CheckWave(spec.waves(i), i + 1); !checked.ok()) return checked;
  }
  if (spec.max_attempts() < 1 || spec.max_attempts() > orders::kMaxAttempts) {
    return Bad("max_attempts", "must be 1 to 10");
  }
  if (FromProto(spec.validity()) < absl::Minutes(1) ||
      FromProto(spec.validity()) + kClockSlack > orders::kMaxValidity) {
    return Bad("validity", "must be a minute to 89 days");
  }
  // The rest is the manifest's, and checked as one.
  CampaignRow row;
  row.id = "check";
  row.spec = spec;
  Plan plan;
  plan.targets.push_back({});
  return orders::CheckManifest(MakeManifest(row, plan, absl::UnixEpoch()));
}

Plan MakePlan(const v1::CampaignSpec& spec, const std::vector<Candidate>& candidates) {
  Plan plan;
  std::vector<const Candidate*> left;
  for (const Candidate& candidate : candidates) {
    const std::string reason = SkipReason(spec, candidate);
    if (reason.empty()) {
      left.push_back(&candidate);
    } else {
      plan.skips[reason].push_back(candidate.name);
    }
  }
  const auto by_id = [](const auto& a, const auto& b) { return a->machine < b->machine; };
  std::sort(left.begin(), left.end(), by_id);
  const size_t all = left.size();
  for (int wave = 1; wave <= spec.waves_size(); ++wave) {
    size_t wanted = SizeOf(spec.waves(wave - 1), all);
    std::vector<const Candidate*> others;
    for (const Candidate* candidate : left) {
      if (wanted > 0 && candidate->in_wave[static_cast<size_t>(wave - 1)]) {
        plan.targets.push_back({candidate->machine, candidate->name, wave});
        --wanted;
      } else {
        others.push_back(candidate);
      }
    }
    left = std::move(others);
  }
  for (const Candidate* candidate : left) {
    plan.skips["no wave takes it: add one with the rest"].push_back(candidate->name);
  }
  std::sort(plan.targets.begin(), plan.targets.end(),
            [](const Plan::Target& a, const Plan::Target& b) { return a.machine < b.machine; });
  return plan;
}

v1::OrderManifest MakeManifest(const CampaignRow& row, const Plan& plan, absl::Time now) {
  std::vector<Digest> machines;
  machines.reserve(plan.targets.size());
  for (const Plan::Target& target : plan.targets) machines.push_back(target.machine);
  const orders::MerkleTree tree(std::move(machines));
  v1::OrderManifest manifest;
  manifest.set_format(orders::kManifestFormat);
  manifest.set_campaign(absl::StrCat("campaigns/", row.id));
  manifest.set_nonce(pki::RandomBytes(16));
  manifest.set_title(row.spec.title());
  *manifest.mutable_action() = row.spec.action();
  *manifest.mutable_not_before() = ToProto(now - kClockSlack);
  *manifest.mutable_not_after() = ToProto(now + FromProto(row.spec.validity()));
  manifest.set_target_root(tree.root().ToBytes());
  manifest.set_target_count(tree.size());
  manifest.set_required_approvals(row.spec.two_person() ? 2 : 1);
  manifest.set_max_attempts(row.spec.max_attempts());
  *manifest.mutable_window() = row.spec.window();
  *manifest.mutable_restart() = row.spec.restart();
  *manifest.mutable_preconditions() = row.spec.preconditions();
  *manifest.mutable_run_limit() = row.spec.run_limit();
  return manifest;
}

}  // namespace muster::campaign
