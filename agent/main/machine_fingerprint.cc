#include "agent/main/machine_fingerprint.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace muster::agent {
namespace {

constexpr char kUuid[] = "smbios_uuid";
constexpr char kSid[] = "machine_sid";

// What board makers forgot to fill in: seen on thousands of machines each. All zeros and all ones
// are left out by agent/host already.
constexpr absl::string_view kSharedUuids[] = {
    "03000200-0400-0500-0006-000700080009",
    "00020003-0004-0005-0006-000700080009",
    "12345678-1234-5678-90ab-cddeefaabbcc",
    "feffffff-ffff-ffff-ffff-ffffffffffff",
};

}  // namespace

MachineFingerprint FingerprintOf(const host::MachineFacts& facts) {
  MachineFingerprint fingerprint{absl::AsciiStrToLower(facts.smbios_uuid), facts.machine_sid};
  if (std::find(std::begin(kSharedUuids), std::end(kSharedUuids), fingerprint.smbios_uuid) !=
      std::end(kSharedUuids)) {
    fingerprint.smbios_uuid.clear();
  }
  return fingerprint;
}

std::string FormatFingerprint(const MachineFingerprint& fingerprint) {
  return absl::StrCat(kUuid, " = ", fingerprint.smbios_uuid, "\n", kSid, " = ",
                      fingerprint.machine_sid, "\n");
}

MachineFingerprint ParseFingerprint(absl::string_view text) {
  MachineFingerprint fingerprint;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits('=', 1));
    const absl::string_view name = absl::StripAsciiWhitespace(parts.first);
    const std::string value(absl::StripAsciiWhitespace(parts.second));
    if (name == kUuid) fingerprint.smbios_uuid = value;
    if (name == kSid) fingerprint.machine_sid = value;
  }
  return fingerprint;
}

Kinship Compare(const MachineFingerprint& kept, const MachineFingerprint& now) {
  const auto differs = [](const std::string& a, const std::string& b) {
    return !a.empty() && !b.empty() && a != b;
  };
  const bool same_board = !kept.smbios_uuid.empty() && kept.smbios_uuid == now.smbios_uuid;
  const bool other_board = differs(kept.smbios_uuid, now.smbios_uuid);
  const bool other_sid = differs(kept.machine_sid, now.machine_sid);
  // SysPrep made a new installation of the same or another board; only on the very board that
  // enrolled is it a domain rejoin or a SID changer rather than a deployment of an image.
  if (other_sid && !same_board) return Kinship::kClone;
  // The same installation on another board: a copy of a virtual machine, or a disk that moved. A
  // copy must not speak for the original, and a moved disk may enrol again.
  if (other_board) return Kinship::kClone;
  return kept == now ? Kinship::kSame : Kinship::kChanged;
}

}  // namespace muster::agent
