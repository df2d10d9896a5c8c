#include "agent/collect/catalog_item.h"

#include <algorithm>

#include "absl/time/time.h"
#include "agent/host/text.h"
#include "common/proto_time.h"
#include "common/servicing/catalog/verification.h"

namespace muster::collect {
namespace {

using servicing::CatalogTimestamp;
using servicing::SignatureClass;

constexpr size_t kMaxNameBytes = 1024;
constexpr size_t kMaxChain = 8;
constexpr absl::string_view kTimeStampingEku = "1.3.6.1.5.5.7.3.8";  // RFC 5280, 4.2.1.12

v1::Catalog::Result ToResult(SignatureClass signature_class) {
  switch (signature_class) {
    case SignatureClass::kValidTimestamped:
      return v1::Catalog::VALID_TIMESTAMPED;
    case SignatureClass::kNoTimestamp:
      return v1::Catalog::NO_TIMESTAMP;
    case SignatureClass::kTimestampCertificateWithoutEku:
      return v1::Catalog::TIMESTAMP_CERTIFICATE_WITHOUT_EKU;
    case SignatureClass::kLifetimeSigning:
      return v1::Catalog::LIFETIME_SIGNING;
    case SignatureClass::kTimestampOutsideSignerValidity:
      return v1::Catalog::TIMESTAMP_OUTSIDE_SIGNER_VALIDITY;
    case SignatureClass::kCountersignatureBroken:
      return v1::Catalog::COUNTERSIGNATURE_BROKEN;
    case SignatureClass::kTimestampCertificateMissing:
      return v1::Catalog::TIMESTAMP_CERTIFICATE_MISSING;
    case SignatureClass::kSignatureBroken:
      return v1::Catalog::SIGNATURE_BROKEN;
    case SignatureClass::kChainBroken:
      return v1::Catalog::CHAIN_BROKEN;
    case SignatureClass::kUnsigned:
      return v1::Catalog::UNSIGNED;
    case SignatureClass::kCorrupt:
      return v1::Catalog::CORRUPT;
  }
  return v1::Catalog::RESULT_UNSPECIFIED;
}

std::string Text(absl::string_view text) { return host::ValidUtf8(text, kMaxNameBytes); }

v1::Catalog::Timestamp ToTimestamp(const CatalogTimestamp& timestamp) {
  v1::Catalog::Timestamp result;
  result.set_kind(timestamp.kind == CatalogTimestamp::Kind::kPkcs9
                      ? v1::Catalog::Timestamp::PKCS9
                      : v1::Catalog::Timestamp::RFC3161);
  if (timestamp.time) *result.mutable_time() = ToProto(*timestamp.time);
  if (timestamp.signer) {
    result.set_signer(Text(timestamp.signer->subject));
    *result.mutable_not_after() = ToProto(timestamp.signer->not_after);
    result.set_time_stamping_eku(timestamp.signer->HasEku(kTimeStampingEku));
  }
  return result;
}

void DescribeContents(const servicing::Catalog& catalog, v1::Catalog& item) {
  item.set_members(catalog.members.size());
  *item.mutable_issued_at() = ToProto(catalog.issued_at);
  item.set_digest_algorithm(Text(catalog.digest_algorithm));
  if (catalog.signer) {
    item.set_signer(Text(catalog.signer->subject));
    item.set_issuer(Text(catalog.signer->issuer));
    item.set_serial(Text(catalog.signer->serial));
    *item.mutable_not_before() = ToProto(catalog.signer->not_before);
    *item.mutable_not_after() = ToProto(catalog.signer->not_after);
  }
  // The first of the chain is the signer itself.
  for (size_t i = 1; i < std::min(catalog.chain.size(), kMaxChain + 1); ++i) {
    const servicing::Certificate& certificate = catalog.chain[i];
    v1::Catalog::Issuer& issuer = *item.add_chain();
    issuer.set_subject(Text(certificate.subject));
    issuer.set_issuer(Text(certificate.issuer));
    *issuer.mutable_not_before() = ToProto(certificate.not_before);
    *issuer.mutable_not_after() = ToProto(certificate.not_after);
  }
  if (catalog.timestamp) *item.mutable_timestamp() = ToTimestamp(*catalog.timestamp);
}

}  // namespace

v1::Catalog MakeCatalogItem(const absl::StatusOr<servicing::Catalog>& catalog) {
  v1::Catalog item;
  if (catalog.ok()) DescribeContents(*catalog, item);
  const servicing::Verification verification = servicing::Verify(catalog, {});
  item.set_result(ToResult(verification.signature_class));
  item.set_failure_hresult(verification.failure_hresult);
  if (verification.breaks_at != absl::InfinitePast() &&
      verification.breaks_at != absl::InfiniteFuture()) {
    *item.mutable_breaks_at() = ToProto(verification.breaks_at);
  }
  return item;
}

}  // namespace muster::collect
