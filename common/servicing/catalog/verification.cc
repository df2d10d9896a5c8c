#include "common/servicing/catalog/verification.h"

#include <algorithm>

namespace muster::servicing {
namespace {

// winerror.h.
constexpr uint32_t kOk = 0;
constexpr uint32_t kInvalidData = 0x8007000d;    // HRESULT_FROM_WIN32(ERROR_INVALID_DATA)
constexpr uint32_t kNoSignature = 0x800b0100;    // TRUST_E_NOSIGNATURE
constexpr uint32_t kExpired = 0x800b0101;        // CERT_E_EXPIRED
constexpr uint32_t kChaining = 0x800b010a;       // CERT_E_CHAINING
constexpr uint32_t kNoSignerCert = 0x80096002;   // TRUST_E_NO_SIGNER_CERT
constexpr uint32_t kCertSignature = 0x80096004;  // TRUST_E_CERT_SIGNATURE
constexpr uint32_t kTimeStamp = 0x80096005;      // TRUST_E_TIME_STAMP
constexpr uint32_t kBadDigest = 0x80096010;      // TRUST_E_BAD_DIGEST

constexpr absl::string_view kTimeStampingEku = "1.3.6.1.5.5.7.3.8";
constexpr absl::string_view kLifetimeSigningEku = "1.3.6.1.4.1.311.10.3.13";

Verification Never(SignatureClass signature_class, uint32_t hresult) {
  return {signature_class, hresult, absl::InfinitePast(), absl::InfinitePast()};
}

bool ValidAt(const std::vector<Certificate>& chain, absl::Time instant) {
  return std::all_of(chain.begin(), chain.end(), [instant](const Certificate& certificate) {
    return certificate.not_before <= instant && instant <= certificate.not_after;
  });
}

// With no timestamp that counts, the chain is checked on the day of asking.
Verification WhileChainIsValid(SignatureClass signature_class, const Catalog& catalog) {
  Verification answer{signature_class, kExpired, absl::InfiniteFuture(), absl::InfinitePast()};
  for (const Certificate& certificate : catalog.chain) {
    answer.breaks_at = std::min(answer.breaks_at, certificate.not_after);
    answer.valid_from = std::max(answer.valid_from, certificate.not_before);
  }
  return answer;
}

// With a timestamp that counts, the chain is checked at its time.
Verification AtTimeOfSigning(const Catalog& catalog) {
  if (!ValidAt(catalog.chain, *catalog.timestamp->time)) {
    return Never(SignatureClass::kTimestampOutsideSignerValidity, kExpired);
  }
  if (!ValidAt(catalog.timestamp->chain, *catalog.timestamp->time)) {
    return Never(SignatureClass::kCountersignatureBroken, kTimeStamp);
  }
  if (catalog.signer->HasEku(kLifetimeSigningEku)) {
    return {SignatureClass::kLifetimeSigning, kExpired, catalog.signer->not_after,
            absl::InfinitePast()};
  }
  return {SignatureClass::kValidTimestamped, kOk, absl::InfiniteFuture(), absl::InfinitePast()};
}

Verification VerifyTime(const Catalog& catalog, const HostFacts& host) {
  if (!catalog.timestamp) return WhileChainIsValid(SignatureClass::kNoTimestamp, catalog);
  const CatalogTimestamp& timestamp = *catalog.timestamp;
  if (timestamp.time && !timestamp.signer) {
    return Never(SignatureClass::kTimestampCertificateMissing, kTimeStamp);
  }
  if (!timestamp.time || !timestamp.covers_signature || !timestamp.chain_holds) {
    return Never(SignatureClass::kCountersignatureBroken, kTimeStamp);
  }
  if (timestamp.signer->HasEku(kTimeStampingEku)) return AtTimeOfSigning(catalog);
  if (!host.ignores_missing_timestamp_eku) {
    return WhileChainIsValid(SignatureClass::kTimestampCertificateWithoutEku, catalog);
  }
  Verification immunised = AtTimeOfSigning(catalog);
  immunised.signature_class = SignatureClass::kTimestampCertificateWithoutEku;
  return immunised;
}

}  // namespace

absl::string_view SignatureClassName(SignatureClass signature_class) {
  switch (signature_class) {
    case SignatureClass::kValidTimestamped:
      return "valid-timestamped";
    case SignatureClass::kNoTimestamp:
      return "no-timestamp";
    case SignatureClass::kTimestampCertificateWithoutEku:
      return "timestamp-certificate-without-eku";
    case SignatureClass::kLifetimeSigning:
      return "lifetime-signing";
    case SignatureClass::kTimestampOutsideSignerValidity:
      return "timestamp-outside-signer-validity";
    case SignatureClass::kCountersignatureBroken:
      return "countersignature-broken";
    case SignatureClass::kTimestampCertificateMissing:
      return "timestamp-certificate-missing";
    case SignatureClass::kSignatureBroken:
      return "signature-broken";
    case SignatureClass::kChainBroken:
      return "chain-broken";
    case SignatureClass::kUnsigned:
      return "unsigned";
    case SignatureClass::kCorrupt:
      return "corrupt";
  }
  return "corrupt";
}

uint32_t Verification::HresultAt(absl::Time instant) const {
  return instant >= breaks_at || instant < valid_from ? failure_hresult : kOk;
}

Verification Verify(const absl::StatusOr<Catalog>& catalog, const HostFacts& host) {
  if (!catalog.ok()) return Never(SignatureClass::kCorrupt, kInvalidData);
  if (!catalog->is_signed) return Never(SignatureClass::kUnsigned, kNoSignature);
  if (!catalog->signer) return Never(SignatureClass::kSignatureBroken, kNoSignerCert);
  if (!catalog->content_matches) return Never(SignatureClass::kSignatureBroken, kBadDigest);
  if (!catalog->signature_holds) return Never(SignatureClass::kSignatureBroken, kCertSignature);
  if (!catalog->chain_holds) return Never(SignatureClass::kChainBroken, kChaining);
  return VerifyTime(*catalog, host);
}

}  // namespace muster::servicing
