// How a catalog verifies at an instant, and the instant at which it breaks: the heart of Muster.
// The rule in prose, with its sources: docs/formats/catalog-verification.md.
#ifndef MUSTER_COMMON_SERVICING_CATALOG_VERIFICATION_H_
#define MUSTER_COMMON_SERVICING_CATALOG_VERIFICATION_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/servicing/catalog/catalog.h"

namespace muster::servicing {

// Why the signature holds, or why it will not or does not. As muster.v1.Catalog.Result.
enum class SignatureClass {
  kValidTimestamped,
  kNoTimestamp,
  kTimestampCertificateWithoutEku,
  kLifetimeSigning,
  kTimestampOutsideSignerValidity,
  kCountersignatureBroken,
  kTimestampCertificateMissing,
  kSignatureBroken,
  kChainBroken,
  kUnsigned,
  kCorrupt,
};

// "timestamp-certificate-without-eku".
absl::string_view SignatureClassName(SignatureClass signature_class);

// What of the host bears on verification.
struct HostFacts {
  // WinVerifyTrust ignores the missing time-stamping EKU (the update of advisory 2749655 is on).
  bool ignores_missing_timestamp_eku = false;
};

// The part that does not depend on the day.
struct Verification {
  SignatureClass signature_class = SignatureClass::kCorrupt;
  // What Windows answers once it does not verify.
  uint32_t failure_hresult = 0;
  // From here on it does not verify. Infinite past: never did. Infinite future: always will.
  absl::Time breaks_at = absl::InfiniteFuture();
  // Before this it does not verify either (a certificate is not valid yet). Infinite past for most.
  absl::Time valid_from = absl::InfinitePast();

  // S_OK, or failure_hresult. Pure.
  uint32_t HresultAt(absl::Time instant) const;
};

// `catalog` is ParseCatalog's answer: an error there is class kCorrupt here. Pure.
Verification Verify(const absl::StatusOr<Catalog>& catalog, const HostFacts& host);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_CATALOG_VERIFICATION_H_
