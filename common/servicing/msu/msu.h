// Standalone update packages (.msu): which update one is, for which architecture, and how the
// catalogs inside hold, read before it is rolled out to a fleet. The format in prose, with its
// sources: docs/formats/msu.md.
#ifndef MUSTER_COMMON_SERVICING_MSU_MSU_H_
#define MUSTER_COMMON_SERVICING_MSU_MSU_H_

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/servicing/catalog/verification.h"

namespace muster::servicing {

// One catalog of an inner cabinet, and how it verifies on a host that does not ignore a missing
// time-stamping usage. The instants are Verification's.
struct MsuCatalog {
  std::string name;  // "update.cat"; several inner cabinets may have one of the same name
  SignatureClass signature_class = SignatureClass::kCorrupt;
  uint32_t failure_hresult = 0;
  absl::Time breaks_at = absl::InfinitePast();
  absl::Time valid_from = absl::InfinitePast();
  std::string signer;  // common name; empty where there is none
};

// Names come from the package: printable ASCII, never to be used as paths.
struct Msu {
  std::string kb;                 // "KB2780124"
  std::string architecture;       // "amd64", "x86", "ia64", "arm", "arm64"
  std::string package_type;       // "Hotfix"; may be empty
  std::string applies_to;         // "Windows 6.1"; may be empty
  std::vector<std::string> cabs;  // inner update cabinets in order, without WSUSSCAN.cab
  std::vector<MsuCatalog> catalogs;
};

// Reads the package `file`. Its own name is checked too, where it names a KB or an architecture.
// An inner cabinet is decompressed to a file in `scratch`, which must be there; it is unlinked as
// soon as it is made, so nothing stays behind, whatever happens. Messages are for an operator, with
// what to do.
//   INVALID_ARGUMENT    no package, a damaged one, or one whose parts contradict each other
//   RESOURCE_EXHAUSTED  a cabinet of more than 10,000 members, more than 32 inner cabinets, one of
//                       more than 1 GiB, properties of more than 64 KiB, a catalog of more than
//                       16 MiB, more than 8 GiB to decompress; or the disk of `scratch` is full
//   NOT_FOUND, PERMISSION_DENIED, UNAVAILABLE  `file` or `scratch` cannot be used
// That a signature holds is told by the catalogs; the signature of the package itself is not
// checked. Blocks on disk and processor. Safe from any thread.
absl::StatusOr<Msu> ReadMsu(const std::filesystem::path& file,
                            const std::filesystem::path& scratch);

// Whether the package may be rolled out at `now`. FAILED_PRECONDITION where a catalog inside does
// not verify at `now`, or lapses before `now + margin`, or there is none: such an update blinds
// servicing on every machine that installs it. The message names the worst catalog, its class and
// the day. Pure.
absl::Status CheckMsuCatalogs(const Msu& msu, absl::Time now, absl::Duration margin);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_MSU_MSU_H_
