// The codes that servicing meets, by where they come from, each part sorted by code. Static data,
// safe from any thread. Sources: docs/formats/hresult.md.
#ifndef MUSTER_COMMON_SERVICING_HRESULT_HRESULT_TABLE_H_
#define MUSTER_COMMON_SERVICING_HRESULT_HRESULT_TABLE_H_

#include "absl/types/span.h"
#include "common/servicing/hresult/hresult.h"

namespace muster::servicing {

// Cryptography, certificates, trust (facilities 0x009 and 0x00B).
absl::Span<const HresultInfo> TrustHresults();
// Side-by-side assemblies, CBS, the Windows Update Agent and wusa.exe.
absl::Span<const HresultInfo> ServicingHresults();
// Everything else: exit codes, COM, WMI, wrapped Win32 errors, NTSTATUS.
absl::Span<const HresultInfo> SystemHresults();

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_HRESULT_HRESULT_TABLE_H_
