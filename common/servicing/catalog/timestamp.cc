#include "common/servicing/catalog/timestamp.h"

#include "common/servicing/catalog/trust_list.h"

namespace muster::servicing {
namespace {

constexpr absl::string_view kCountersignature = "1.2.840.113549.1.9.6";
constexpr absl::string_view kToken = "1.3.6.1.4.1.311.3.3.1";
constexpr absl::string_view kData = "1.2.840.113549.1.7.1";
constexpr absl::string_view kSigningTime = "1.2.840.113549.1.9.5";
constexpr absl::string_view kTstInfo = "1.2.840.113549.1.9.16.1.4";

void SetSigner(const StoredCertificate* certificate, const CertificateSet& set,
               CertificateStore& store, CatalogTimestamp& timestamp) {
  if (certificate == nullptr) return;
  timestamp.signer = certificate->facts();
  const CertificateChain chain = store.Chain(certificate, set);
  timestamp.chain_holds = chain.holds;
  for (const StoredCertificate* link : chain.links) timestamp.chain.push_back(link->facts());
}

void ReadCountersignature(absl::string_view bytes, absl::string_view signature,
                          const CertificateSet& set, CertificateStore& store,
                          CatalogTimestamp& timestamp) {
  const auto info = ParseSignerInfo(bytes);
  if (!info.ok()) return;
  const SignerCheck check = CheckSigner(*info, kData, signature, set, /*allow_bare_digest=*/true);
  timestamp.covers_signature = check.content_matches && check.signature_holds;
  SetSigner(check.certificate, set, store, timestamp);
  if (const auto attribute = info->SignedAttribute(kSigningTime)) {
    const auto time = ParseDerTime(*attribute);
    if (time.ok()) timestamp.time = *time;
  }
}

// TSTInfo: SEQUENCE { version, policy, messageImprint, serialNumber, genTime, … } (RFC
// 3161, 2.4.2). True where the imprint is the digest of `signature`.
bool ReadTstInfo(absl::string_view bytes, absl::string_view signature,
                 CatalogTimestamp& timestamp) {
  DerReader outer(bytes);
  DerElement sequence, version, policy, imprint, serial, time, algorithm, oid, digest;
  if (!outer.Expect(kDerSequence, "TSTInfo", sequence)) return false;
  DerReader fields(sequence);
  if (!fields.Expect(kDerInteger, "version", version) ||
      !fields.Expect(kDerOid, "policy", policy) ||
      !fields.Expect(kDerSequence, "messageImprint", imprint) ||
      !fields.Expect(kDerInteger, "serialNumber", serial) ||
      !fields.Expect(kDerGeneralizedTime, "genTime", time)) {
    return false;
  }
  if (const auto parsed = ParseDerTime(time); parsed.ok()) timestamp.time = *parsed;
  DerReader parts(imprint);
  if (!parts.Expect(kDerSequence, "algorithm", algorithm)) return false;
  DerReader algorithm_fields(algorithm);
  if (!algorithm_fields.Expect(kDerOid, "algorithm", oid) ||
      !parts.Expect(kDerOctetString, "imprint", digest)) {
    return false;
  }
  const auto expected = DigestOf(DigestAlgorithmName(OidText(oid.content)), signature);
  return expected && *expected == digest.content;
}

void ReadToken(absl::string_view bytes, absl::string_view signature, CertificateStore& store,
               CatalogTimestamp& timestamp) {
  const auto message = ParseSignedData(bytes);
  if (!message.ok() || message->content_type != kTstInfo || !message->content ||
      message->content->tag != kDerOctetString || message->signers.empty()) {
    return;
  }
  const auto info = ParseSignerInfo(message->signers.front());
  if (!info.ok()) return;
  const CertificateSet set = ReadCertificates(*message, store);
  const SignerCheck check = CheckSigner(*info, kTstInfo, message->content->content, set,
                                        /*allow_bare_digest=*/false);
  const bool imprint_matches = ReadTstInfo(message->content->content, signature, timestamp);
  timestamp.covers_signature = imprint_matches && check.content_matches && check.signature_holds;
  SetSigner(check.certificate, set, store, timestamp);
}

}  // namespace

std::optional<CatalogTimestamp> ReadTimestamp(const SignerInfo& signer, const CertificateSet& set,
                                              CertificateStore& store) {
  for (const SignerAttribute& attribute : signer.unauthenticated) {
    if (attribute.type != kCountersignature && attribute.type != kToken) continue;
    CatalogTimestamp timestamp;
    timestamp.kind = attribute.type == kToken ? CatalogTimestamp::Kind::kRfc3161
                                              : CatalogTimestamp::Kind::kPkcs9;
    DerReader values(attribute.values);
    DerElement value;
    if (!values.Next(value)) return timestamp;
    if (timestamp.kind == CatalogTimestamp::Kind::kRfc3161) {
      ReadToken(value.whole, signer.signature, store, timestamp);
    } else {
      ReadCountersignature(value.whole, signer.signature, set, store, timestamp);
    }
    return timestamp;
  }
  return std::nullopt;
}

}  // namespace muster::servicing
