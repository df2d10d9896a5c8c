// Whether an agent's enrolment was made on the machine that it finds itself on: an image with an
// enrolled agent in it must not make clones that speak with one identity. The rules and their
// reasons: docs/identity.md.
#ifndef MUSTER_AGENT_MAIN_MACHINE_FINGERPRINT_H_
#define MUSTER_AGENT_MAIN_MACHINE_FINGERPRINT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "agent/host/system.h"

namespace muster::agent {

// Both may be empty: not to be had, or of a kind that many machines share.
struct MachineFingerprint {
  std::string smbios_uuid;  // of the board; lower case
  std::string machine_sid;  // of the installation; SysPrep makes a new one

  bool operator==(const MachineFingerprint&) const = default;
};

// Leaves out UUIDs that makers put into whole series.
MachineFingerprint FingerprintOf(const host::MachineFacts& facts);

// Lines "name = value", and back; what cannot be read is empty.
std::string FormatFingerprint(const MachineFingerprint& fingerprint);
MachineFingerprint ParseFingerprint(absl::string_view text);

enum class Kinship {
  kSame,     // the machine that enrolled, as far as can be told
  kChanged,  // that machine with another board or another SID: keep the identity, remember the new
  kClone,    // another machine: it must enrol by itself
};

// `kept` was written at enrolment or by an earlier start.
Kinship Compare(const MachineFingerprint& kept, const MachineFingerprint& now);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_MACHINE_FINGERPRINT_H_
