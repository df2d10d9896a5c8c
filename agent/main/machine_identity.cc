#include "agent/main/machine_identity.h"

#include <spdlog/spdlog.h>

#include <string>

#include "agent/main/machine_fingerprint.h"

namespace muster::agent {
namespace {

constexpr absl::Duration kFactsLimit = absl::Seconds(30);

bool IsForeign(const AgentState& state, const std::string& kept, const MachineFingerprint& now) {
  // Made by something that did not write down where: an image that was never started since.
  if (kept.empty()) return state.HasIdentity();
  return Compare(ParseFingerprint(kept), now) == Kinship::kClone;
}

// What is not to be had today does not wipe out what was known.
MachineFingerprint Merged(MachineFingerprint now, const MachineFingerprint& kept) {
  if (now.smbios_uuid.empty()) now.smbios_uuid = kept.smbios_uuid;
  if (now.machine_sid.empty()) now.machine_sid = kept.machine_sid;
  return now;
}

}  // namespace

absl::Status ClaimIdentity(host::System& system, const AgentState& state) {
  const auto facts = system.Facts(kFactsLimit);
  const MachineFingerprint now = FingerprintOf(facts.value);
  if (now == MachineFingerprint()) {
    spdlog::warn("this machine cannot say which one it is, so a clone would not be noticed: {}",
                 facts.detail);
    return absl::OkStatus();
  }
  auto kept = state.LoadFingerprint();
  if (!kept.ok()) return kept.status();
  if (IsForeign(state, *kept, now)) {
    spdlog::warn(
        "this is another machine than the one that enrolled (a clone, or its disk or board was "
        "changed): the identity is forgotten, and a new one is made");
    if (auto forgotten = state.Forget(); !forgotten.ok()) return forgotten.status();
    return state.SaveFingerprint(FormatFingerprint(now));
  }
  const std::string text = FormatFingerprint(Merged(now, ParseFingerprint(*kept)));
  return text == *kept ? absl::OkStatus() : state.SaveFingerprint(text);
}

}  // namespace muster::agent
