// What tells machines apart, out of the bytes that Windows hands over. No Windows header: tested
// everywhere.
#ifndef MUSTER_AGENT_HOST_WINDOWS_MACHINE_IDENTITY_H_
#define MUSTER_AGENT_HOST_WINDOWS_MACHINE_IDENTITY_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace muster::host {

// The UUID of the SMBIOS structure "System Information", in lower case, out of the answer of
// GetSystemFirmwareTable('RSMB'). Source: DMTF DSP0134, 7.2; RawSMBIOSData of Microsoft. "" where
// the machine has none (all bits 0 or all 1). NOT_FOUND where there is no such structure,
// INVALID_ARGUMENT where the table is damaged before it.
absl::StatusOr<std::string> SmbiosUuid(absl::string_view raw_smbios_data);

// "S-1-5-21-…" of the bytes of a SID. Source: MS-DTYP 2.4.2. INVALID_ARGUMENT where they are none.
absl::StatusOr<std::string> SidText(absl::string_view sid);

// "OU=Clients,DC=contoso,DC=org" of the distinguished name of the computer in it: what lies behind
// the first comma that is not escaped (RFC 4514). "" where there is none.
std::string ContainerOf(absl::string_view distinguished_name);

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_MACHINE_IDENTITY_H_
