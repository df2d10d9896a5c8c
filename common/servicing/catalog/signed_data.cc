#include "common/servicing/catalog/signed_data.h"

#include "absl/strings/str_cat.h"
#include "common/servicing/catalog/trust_list.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxCertificates = 256;
constexpr size_t kMaxSigners = 64;
constexpr size_t kMaxAttributes = 256;

constexpr absl::string_view kSignedData = "1.2.840.113549.1.7.2";
constexpr absl::string_view kContentType = "1.2.840.113549.1.9.3";
constexpr absl::string_view kMessageDigest = "1.2.840.113549.1.9.4";

absl::Status ReadContentInfo(DerReader& fields, SignedData& out) {
  DerElement info, type, wrapper, content;
  if (!fields.Expect(kDerSequence, "the content", info)) return fields.status();
  DerReader parts(info);
  if (!parts.Expect(kDerOid, "the content's type", type)) return parts.status();
  out.content_type = OidText(type.content);
  if (parts.AtEnd()) return absl::OkStatus();
  if (!parts.Expect(kDerContext0, "the content", wrapper)) return parts.status();
  DerReader inner(wrapper);
  if (!inner.Next(content)) return inner.status();
  out.content = content;
  return absl::OkStatus();
}

absl::Status ReadElements(const DerElement& set, size_t limit, absl::string_view what,
                          std::vector<absl::string_view>& out) {
  DerReader reader(set);
  DerElement element;
  while (!reader.AtEnd()) {
    if (out.size() == limit) {
      return absl::InvalidArgumentError(absl::StrCat("more than ", limit, " ", what));
    }
    if (!reader.Next(element)) return reader.status();
    out.push_back(element.whole);
  }
  return absl::OkStatus();
}

absl::Status ReadAttributes(absl::string_view content, std::vector<SignerAttribute>& out) {
  DerReader reader(content);
  DerElement attribute, type, values;
  while (!reader.AtEnd()) {
    if (out.size() == kMaxAttributes) {
      return absl::InvalidArgumentError(
          absl::StrCat("more than ", kMaxAttributes, " attributes of one signer"));
    }
    if (!reader.Expect(kDerSequence, "an attribute", attribute)) return reader.status();
    DerReader fields(attribute);
    if (!fields.Expect(kDerOid, "an attribute's type", type) ||
        !fields.Expect(kDerSet, "an attribute's values", values)) {
      return fields.status();
    }
    out.push_back({OidText(type.content), values.content});
  }
  return absl::OkStatus();
}

const StoredCertificate* Find(const CertificateSet& set, const SignerInfo& signer) {
  for (const StoredCertificate* certificate : set) {
    if (certificate->serial() == signer.serial && certificate->issuer() == signer.issuer) {
      return certificate;
    }
  }
  return nullptr;
}

// The signed attributes speak of this content.
bool AttributesMatch(const SignerInfo& signer, absl::string_view content_type,
                     absl::string_view content_digest) {
  const auto type = signer.SignedAttribute(kContentType);
  const auto digest = signer.SignedAttribute(kMessageDigest);
  return type && type->tag == kDerOid && OidText(type->content) == content_type && digest &&
         digest->tag == kDerOctetString && digest->content == content_digest;
}

}  // namespace

std::optional<DerElement> SignerInfo::SignedAttribute(absl::string_view type) const {
  for (const SignerAttribute& attribute : authenticated) {
    if (attribute.type != type) continue;
    DerReader values(attribute.values);
    DerElement value;
    return values.Next(value) ? std::optional(value) : std::nullopt;
  }
  return std::nullopt;
}

absl::StatusOr<SignedData> ParseSignedData(absl::string_view bytes) {
  DerReader outer(bytes);
  DerElement info, type, wrapper, sequence, version, algorithms, certificates, signers;
  if (!outer.Expect(kDerSequence, "PKCS#7 ContentInfo", info)) return outer.status();
  if (!outer.AtEnd()) {
    return absl::InvalidArgumentError(
        absl::StrCat(outer.rest().size(), " bytes follow the end of the PKCS#7 message"));
  }
  DerReader info_fields(info);
  if (!info_fields.Expect(kDerOid, "the message's type", type)) return info_fields.status();
  if (const std::string oid = OidText(type.content); oid != kSignedData) {
    return absl::InvalidArgumentError(absl::StrCat(
        "a PKCS#7 message of type ", oid, ", where SignedData (", kSignedData, ") was expected"));
  }
  if (!info_fields.Expect(kDerContext0, "SignedData", wrapper)) return info_fields.status();
  DerReader wrapped(wrapper);
  if (!wrapped.Expect(kDerSequence, "SignedData", sequence)) return wrapped.status();

  SignedData out;
  DerReader fields(sequence);
  if (!fields.Expect(kDerInteger, "SignedData's version", version) ||
      !fields.Expect(kDerSet, "the digest algorithms", algorithms)) {
    return fields.status();
  }
  if (auto status = ReadContentInfo(fields, out); !status.ok()) return status;
  if (fields.PeekTag() == kDerContext0 && fields.Next(certificates)) {
    auto status = ReadElements(certificates, kMaxCertificates, "certificates", out.certificates);
    if (!status.ok()) return status;
  }
  if (!fields.SkipIf(kDerContext1) || !fields.Expect(kDerSet, "the signers", signers)) {
    return fields.status();
  }
  auto status = ReadElements(signers, kMaxSigners, "signers", out.signers);
  if (!status.ok()) return status;
  return out;
}

absl::StatusOr<SignerInfo> ParseSignerInfo(absl::string_view bytes) {
  DerReader outer(bytes);
  DerElement sequence, version, id, issuer, serial, digest, oid, attributes, algorithm, signature;
  if (!outer.Expect(kDerSequence, "SignerInfo", sequence)) return outer.status();
  SignerInfo out;
  DerReader fields(sequence);
  if (!fields.Expect(kDerInteger, "the signer's version", version) ||
      !fields.Expect(kDerSequence, "the signer's issuer and serial number", id) ||
      !fields.Expect(kDerSequence, "the signer's digest algorithm", digest)) {
    return fields.status();
  }
  DerReader id_fields(id);
  DerReader digest_fields(digest);
  if (!id_fields.Expect(kDerSequence, "the issuer's name", issuer) ||
      !id_fields.Expect(kDerInteger, "the serial number", serial)) {
    return id_fields.status();
  }
  if (!digest_fields.Expect(kDerOid, "the digest algorithm", oid)) return digest_fields.status();
  out.issuer = issuer.whole;
  out.serial = serial.content;
  out.digest_algorithm = DigestAlgorithmName(OidText(oid.content));
  if (fields.PeekTag() == kDerContext0 && fields.Next(attributes)) {
    out.signed_attributes = attributes.whole;
    auto status = ReadAttributes(attributes.content, out.authenticated);
    if (!status.ok()) return status;
  }
  if (!fields.Expect(kDerSequence, "the signature's algorithm", algorithm) ||
      !fields.Expect(kDerOctetString, "the signature", signature)) {
    return fields.status();
  }
  out.signature = signature.content;
  if (fields.PeekTag() == kDerContext1 && fields.Next(attributes)) {
    auto status = ReadAttributes(attributes.content, out.unauthenticated);
    if (!status.ok()) return status;
  }
  if (!fields.status().ok()) return fields.status();
  return out;
}

SignerCheck CheckSigner(const SignerInfo& signer, absl::string_view content_type,
                        absl::string_view content, const CertificateSet& set,
                        bool allow_bare_digest) {
  SignerCheck check;
  check.certificate = Find(set, signer);
  std::optional<std::string> digest = DigestOf(signer.digest_algorithm, content);
  if (!digest) return check;
  const bool has_attributes = !signer.signed_attributes.empty();
  if (has_attributes) {
    check.content_matches = AttributesMatch(signer, content_type, *digest);
    // What is signed is the SET OF attributes, not the [0] that carries it (RFC 5652, section 5.4).
    std::string attributes(signer.signed_attributes);
    attributes[0] = static_cast<char>(kDerSet);
    digest = DigestOf(signer.digest_algorithm, attributes);
  }
  check.signature_holds = digest && check.certificate != nullptr &&
                          check.certificate->Verifies(signer.digest_algorithm, *digest,
                                                      signer.signature, allow_bare_digest);
  if (!has_attributes) check.content_matches = check.signature_holds;
  return check;
}

CertificateSet ReadCertificates(const SignedData& message, CertificateStore& store) {
  CertificateSet set;
  for (const absl::string_view der : message.certificates) {
    const StoredCertificate* certificate = store.Get(der);
    if (certificate != nullptr) set.push_back(certificate);
  }
  return set;
}

}  // namespace muster::servicing
