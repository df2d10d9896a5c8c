#include "common/orders/manifest.h"

#include <set>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/orders/key_set.h"
#include "common/orders/merkle.h"
#include "common/orders/signing.h"
#include "common/orders/source.h"
#include "common/orders/window.h"
#include "common/proto_time.h"
#include "common/text_checks.h"

namespace muster::orders {
namespace {

constexpr size_t kNonceBytes = 16;
constexpr int kMaxSources = 16;
constexpr absl::Duration kMaxRunLimit = absl::Hours(24);
constexpr absl::Duration kMaxPatience = absl::Hours(24 * 7);
constexpr absl::Duration kMaxNotice = absl::Hours(24);
constexpr uint32_t kMaxDeferrals = 20;

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }

// "KB" and 4 to 8 digits.
absl::Status CheckKb(absl::string_view field, const std::string& kb) {
  bool well = kb.size() >= 6 && kb.size() <= 10 && absl::StartsWith(kb, "KB");
  for (size_t i = 2; well && i < kb.size(); ++i) well = absl::ascii_isdigit(kb[i]);
  if (well) return absl::OkStatus();
  return Bad(absl::StrCat(field, ": must be KB and the update's number, as in KB2749655"));
}

// A name of a file, and no way out of a folder.
bool IsFileName(const std::string& name) {
  if (name.empty() || name.size() > 200 || name == "." || name == "..") return false;
  for (const unsigned char c : name) {
    if (!absl::ascii_isalnum(c) && !absl::StrContains("-_.+() ", std::string(1, c))) return false;
  }
  return true;
}

absl::Status CheckPayload(const v1::Payload& payload) {
  if (payload.sha256().size() != Digest::kSize) {
    return Bad("action.payload.sha256: must be 32 bytes");
  }
  if (payload.size() == 0) return Bad("action.payload.size: must not be 0");
  if (!IsFileName(payload.file_name())) {
    return Bad("action.payload.file_name: must be a plain file name of letters, digits, - _ . +");
  }
  if (auto checked = CheckText("action.payload.architecture", payload.architecture());
      !checked.ok()) {
    return checked;
  }
  return CheckKb("action.payload.kb", payload.kb());
}

absl::Status CheckSources(const google::protobuf::RepeatedPtrField<std::string>& sources) {
  if (sources.size() > kMaxSources) return Bad("action.sources: at most 16");
  for (int i = 0; i < sources.size(); ++i) {
    if (auto checked = CheckSource(absl::StrCat("action.sources[", i, "]"), sources[i]);
        !checked.ok()) {
      return checked;
    }
  }
  return absl::OkStatus();
}

absl::Status CheckDuration(absl::string_view field, const google::protobuf::Duration& duration,
                           absl::Duration least, absl::Duration most) {
  const absl::Duration value = FromProto(duration);
  if (value >= least && value <= most) return absl::OkStatus();
  return Bad(absl::StrCat(field, ": must be ", absl::FormatDuration(least), " to ",
                          absl::FormatDuration(most)));
}

absl::Status CheckRestart(const v1::OrderManifest& manifest) {
  const v1::RestartPolicy& restart = manifest.restart();
  if (restart.when() == v1::RestartPolicy::WHEN_UNSPECIFIED ||
      !v1::RestartPolicy::When_IsValid(restart.when())) {
    return Bad("restart.when: must be NEVER, IF_NEEDED or ALWAYS");
  }
  if (manifest.action().has_restart() && restart.when() != v1::RestartPolicy::ALWAYS) {
    return Bad("restart.when: must be ALWAYS where the action is a restart");
  }
  if (restart.deferrals() > kMaxDeferrals) return Bad("restart.deferrals: at most 20");
  if (auto checked =
          CheckDuration("restart.notice", restart.notice(), absl::ZeroDuration(), kMaxNotice);
      !checked.ok()) {
    return checked;
  }
  return CheckDuration("restart.deferral", restart.deferral(), absl::ZeroDuration(), kMaxNotice);
}

absl::Status CheckValidity(const v1::OrderManifest& manifest) {
  const absl::Duration validity =
      FromProto(manifest.not_after()) - FromProto(manifest.not_before());
  if (validity > absl::ZeroDuration() && validity <= kMaxValidity) return absl::OkStatus();
  return Bad("not_after: must be later than not_before, by at most 90 days");
}

v1::OrderStatus Refused(v1::OrderStatus::Cause cause, absl::string_view detail) {
  v1::OrderStatus status;
  status.set_state(v1::OrderStatus::REFUSED);
  status.set_cause(cause);
  status.set_detail(std::string(detail));
  return status;
}

bool IsTarget(const v1::OrderManifest& manifest, const v1::Order& order, const Digest& machine) {
  std::vector<Digest> proof;
  for (const std::string& bytes : order.proof()) {
    auto sibling = Digest::FromBytes(bytes);
    if (!sibling.ok()) return false;
    proof.push_back(*sibling);
  }
  auto root = Digest::FromBytes(manifest.target_root());
  return root.ok() && VerifyProof(*root, manifest.target_count(), order.leaf(), machine, proof);
}

}  // namespace

const v1::Payload* PayloadOf(const v1::Action& action) {
  switch (action.kind_case()) {
    case v1::Action::kInstallUpdate:
      return &action.install_update().payload();
    case v1::Action::kRunCheckSur:
      return &action.run_check_sur().payload();
    default:
      return nullptr;
  }
}

absl::Status CheckAction(const v1::Action& action) {
  switch (action.kind_case()) {
    case v1::Action::kInstallUpdate:
      if (!v1::Action::Installer_IsValid(action.install_update().installer())) {
        return Bad("action.installer: must be AUTOMATIC, WUSA or DISM");
      }
      if (auto checked = CheckSources(action.install_update().sources()); !checked.ok()) {
        return checked;
      }
      return CheckPayload(action.install_update().payload());
    case v1::Action::kRunCheckSur:
      if (auto checked = CheckSources(action.run_check_sur().sources()); !checked.ok()) {
        return checked;
      }
      return CheckPayload(action.run_check_sur().payload());
    case v1::Action::kRemoveUpdate:
      return CheckKb("action.remove_update.kb", action.remove_update().kb());
    case v1::Action::kRescan:
    case v1::Action::kRestart:
    case v1::Action::kCollectEvidence:
      return absl::OkStatus();
    case v1::Action::KIND_NOT_SET:
      return Bad(
          "action: must be one of install_update, remove_update, run_check_sur, rescan, restart, "
          "collect_evidence");
  }
  return Bad("action: not known");
}

absl::Status CheckManifest(const v1::OrderManifest& manifest) {
  if (manifest.format() != kManifestFormat) {
    return Bad(absl::StrCat("format: this program knows format ", kManifestFormat, ", not ",
                            manifest.format()));
  }
  if (!absl::StartsWith(manifest.campaign(), "campaigns/")) {
    return Bad("campaign: must be campaigns/{id}");
  }
  if (manifest.nonce().size() != kNonceBytes) return Bad("nonce: must be 16 bytes");
  if (auto checked = CheckText("title", manifest.title()); !checked.ok()) return checked;
  if (auto checked = CheckAction(manifest.action()); !checked.ok()) return checked;
  if (auto checked = CheckValidity(manifest); !checked.ok()) return checked;
  if (manifest.target_root().size() != Digest::kSize || manifest.target_count() == 0) {
    return Bad("target_root: must be 32 bytes over at least one target");
  }
  if (manifest.required_approvals() < 1 || manifest.required_approvals() > kMaxKeys) {
    return Bad("required_approvals: must be at least 1");
  }
  if (manifest.max_attempts() < 1 || manifest.max_attempts() > kMaxAttempts) {
    return Bad("max_attempts: must be 1 to 10");
  }
  if (auto checked = CheckWindow(manifest.window()); !checked.ok()) return checked;
  if (auto checked = CheckRestart(manifest); !checked.ok()) return checked;
  if (auto checked = CheckDuration("preconditions.patience", manifest.preconditions().patience(),
                                   absl::ZeroDuration(), kMaxPatience);
      !checked.ok()) {
    return checked;
  }
  return CheckDuration("run_limit", manifest.run_limit(), absl::Seconds(1), kMaxRunLimit);
}

std::string DescribeAction(const v1::Action& action) {
  const auto file = [](const auto& with_payload) {
    const v1::Payload& payload = with_payload.payload();
    return absl::StrCat(payload.kb(), " (", payload.file_name(), ")",
                        with_payload.sources().empty() ? "" : ", from ",
                        absl::StrJoin(with_payload.sources(), ", "));
  };
  switch (action.kind_case()) {
    case v1::Action::kInstallUpdate:
      return absl::StrCat("install ", file(action.install_update()));
    case v1::Action::kRunCheckSur:
      return absl::StrCat("run the readiness tool ", file(action.run_check_sur()));
    case v1::Action::kRemoveUpdate:
      return absl::StrCat("remove ", action.remove_update().kb());
    case v1::Action::kRescan:
      return "scan again";
    case v1::Action::kRestart:
      return "restart";
    case v1::Action::kCollectEvidence:
      return "collect evidence";
    case v1::Action::KIND_NOT_SET:
      break;
  }
  return "nothing";
}

v1::Signature SignManifest(const pki::SigningKey& key, const std::string& manifest) {
  return SignFor(kManifestPurpose, key, manifest);
}

uint32_t CountApprovals(const v1::KeySet& keys, const v1::SignedManifest& manifest) {
  std::set<std::string> signers;
  for (const v1::Signature& signature : manifest.signatures()) {
    const v1::OperatorKey* key = FindKey(keys, signature.key());
    if (key != nullptr && Holds(kManifestPurpose, *key, manifest.manifest(), signature)) {
      signers.insert(key->id());
    }
  }
  return static_cast<uint32_t>(signers.size());
}

Digest OrderId(const Digest& manifest, const Digest& machine, uint32_t attempt) {
  std::string bytes = manifest.ToBytes() + machine.ToBytes();
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<char>((attempt >> shift) & 0xFF));
  }
  return Sha256(bytes);
}

std::variant<CheckedOrder, v1::OrderStatus> CheckOrder(const v1::KeySet* keys,
                                                       const Digest& machine,
                                                       const v1::Order& order, absl::Time now) {
  const std::string& bytes = order.signed_manifest().manifest();
  CheckedOrder checked;
  if (bytes.size() > kMaxManifestBytes || !checked.manifest.ParseFromString(bytes)) {
    return Refused(v1::OrderStatus::MALFORMED, "the manifest cannot be read");
  }
  // Who signed comes first: nothing else in an order is believed before.
  if (keys == nullptr) {
    return Refused(v1::OrderStatus::NO_PINNED_KEYS,
                   "this agent has pinned no operator keys: enrol it again");
  }
  const uint32_t approvals = CountApprovals(*keys, order.signed_manifest());
  if (approvals == 0) {
    return Refused(v1::OrderStatus::BAD_SIGNATURE, "no pinned key has signed the manifest");
  }
  if (approvals < std::max(keys->min_approvals(), checked.manifest.required_approvals())) {
    return Refused(
        v1::OrderStatus::TOO_FEW_APPROVALS,
        absl::StrCat("the manifest has ", approvals, " of the ",
                     std::max(keys->min_approvals(), checked.manifest.required_approvals()),
                     " signatures that it takes"));
  }
  if (auto whole = CheckManifest(checked.manifest); !whole.ok()) {
    return Refused(v1::OrderStatus::MALFORMED,
                   absl::string_view(whole.message().data(), whole.message().size()));
  }
  if (!IsTarget(checked.manifest, order, machine)) {
    return Refused(v1::OrderStatus::NOT_A_TARGET, "this machine is not among the signed targets");
  }
  if (order.attempt() < 1 || order.attempt() > checked.manifest.max_attempts()) {
    return Refused(
        v1::OrderStatus::TOO_MANY_ATTEMPTS,
        absl::StrCat("attempt ", order.attempt(), " of at most ", checked.manifest.max_attempts()));
  }
  if (now < FromProto(checked.manifest.not_before()) ||
      now >= FromProto(checked.manifest.not_after())) {
    return Refused(v1::OrderStatus::OUTSIDE_VALIDITY,
                   absl::StrCat("by this machine's clock it is ",
                                absl::FormatTime(absl::RFC3339_sec, now, absl::UTCTimeZone()),
                                ", outside of the order's validity"));
  }
  checked.id = OrderId(Sha256(bytes), machine, order.attempt());
  return checked;
}

}  // namespace muster::orders
