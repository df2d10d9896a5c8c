#include "tests/testdata/catalog_maker.h"

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "tests/testdata/der_writer.h"

namespace muster::testdata {
namespace {

constexpr char kSignedData[] = "1.2.840.113549.1.7.2";
constexpr char kTrustList[] = "1.3.6.1.4.1.311.10.1";
constexpr char kTstInfo[] = "1.2.840.113549.1.9.16.1.4";
constexpr char kData[] = "1.2.840.113549.1.7.1";

constexpr char kCodeSigning[] = "1.3.6.1.5.5.7.3.3";
constexpr char kSystemComponent[] = "1.3.6.1.4.1.311.10.3.6";
constexpr char kLifetimeSigning[] = "1.3.6.1.4.1.311.10.3.13";
constexpr char kTimeStamping[] = "1.3.6.1.5.5.7.3.8";

const char* DigestOid(const std::string& digest) {
  return digest == "sha1" ? "1.3.14.3.2.26" : "2.16.840.1.101.3.4.2.1";
}

// SPC_INDIRECT_DATA for a flat file.
std::string IndirectData(const std::string& digest, absl::string_view hash) {
  const std::string link = Der(0xa2, Der(0x80, Utf16Be("<<<Obsolete>>>")));
  return DerAttribute(
      "1.3.6.1.4.1.311.2.1.4",
      DerSequence(absl::StrCat(
          DerSequence(absl::StrCat(DerOid("1.3.6.1.4.1.311.2.1.25"), link)),
          DerSequence(absl::StrCat(DerAlgorithm(DigestOid(digest)), DerOctets(hash))))));
}

std::string MemberV1(absl::string_view file) {
  const std::string hash = DigestBytes("sha1", file);
  const std::string tag = absl::AsciiStrToUpper(absl::BytesToHexString(hash));
  const std::string info = DerAttribute(
      "1.3.6.1.4.1.311.12.2.2",
      DerSequence(absl::StrCat(Der(0x1e, Utf16Be("{DE351A42-8E59-11D0-8C47-00C04FC295EE}")),
                               Der(0x02, absl::string_view("\x02\x00", 2)))));
  return DerSequence(
      absl::StrCat(DerOctets(Utf16LeWithNul(tag)), DerSetOf({IndirectData("sha1", hash), info})));
}

// A v2 list has two entries per file: one by SHA-1, one by SHA-256.
std::string MembersV2(absl::string_view file) {
  const std::string info = DerAttribute("1.3.6.1.4.1.311.12.2.3", Der(0x82, ""));
  const std::string sha256 = DigestBytes("sha256", file);
  return absl::StrCat(
      DerSequence(absl::StrCat(DerOctets(DigestBytes("sha1", file)), DerSetOf({info}))),
      DerSequence(
          absl::StrCat(DerOctets(sha256), DerSetOf({info, IndirectData("sha256", sha256)}))));
}

// Content octets of the CertificateTrustList.
std::string TrustList(const CatalogSpec& spec) {
  const bool v1 = spec.digest == "sha1";
  std::string members;
  for (const std::string& file : spec.members) {
    members += v1 ? MemberV1(file) : MembersV2(file);
  }
  const std::string os = DerSequence(
      absl::StrCat(Der(0x1e, Utf16Be("OSAttr")), Der(0x02, absl::string_view("\x01\x00\x01", 3)),
                   DerOctets(Utf16LeWithNul("2:5.1,2:5.2,2:6.0,2:6.1"))));
  const std::string extension =
      DerSequence(absl::StrCat(DerOid("1.3.6.1.4.1.311.12.2.1"), DerOctets(os)));
  return absl::StrCat(DerSequence(DerOid("1.3.6.1.4.1.311.12.1.1")),
                      DerOctets(DigestBytes("sha256", members).substr(0, 16)),
                      DerUtcTime(spec.issued_at),
                      DerAlgorithm(v1 ? "1.3.6.1.4.1.311.12.1.2" : "1.3.6.1.4.1.311.12.1.3"),
                      DerSequence(members), Der(0xa0, DerSequence(extension)));
}

struct Signer {
  Role role = Role::kSigner;  // whose key signs
  IssuedCertificate certificate;
  std::string digest;
};

// A SignerInfo, in two steps: what is to be countersigned is the signature within.
struct SignerInfoParts {
  std::string head;  // everything up to the signature
  std::string signature;

  std::string Encode(absl::string_view unauthenticated) const {
    const std::string tail = unauthenticated.empty() ? "" : Der(0xa1, unauthenticated);
    return DerSequence(absl::StrCat(head, DerOctets(signature), tail));
  }
};

SignerInfoParts SignContent(const Authority& authority, const Signer& signer,
                            const char* content_type, absl::string_view content,
                            const std::string& extra_attribute) {
  std::vector<std::string> attributes = {
      DerAttribute("1.2.840.113549.1.9.3", DerOid(content_type)),
      DerAttribute("1.2.840.113549.1.9.4", DerOctets(DigestBytes(signer.digest, content)))};
  if (!extra_attribute.empty()) attributes.push_back(extra_attribute);
  const std::string set = DerSetOf(attributes);
  std::string tagged = set;
  tagged[0] = static_cast<char>(0xa0);
  SignerInfoParts parts;
  parts.head = absl::StrCat(DerInteger(1), signer.certificate.issuer_and_serial,
                            DerAlgorithm(DigestOid(signer.digest)), tagged,
                            DerAlgorithm("1.2.840.113549.1.1.1"));
  parts.signature = authority.Sign(signer.role, signer.digest, set);
  return parts;
}

std::string SignedDataMessage(int version, const std::string& digest, const std::string& info,
                              const std::string& certificates, const std::string& signers) {
  const std::string certificate_set = certificates.empty() ? "" : Der(0xa0, certificates);
  return DerSequence(absl::StrCat(
      DerOid(kSignedData),
      Der(0xa0, DerSequence(absl::StrCat(DerInteger(static_cast<unsigned char>(version)),
                                         DerSet(DerAlgorithm(DigestOid(digest))), DerSequence(info),
                                         certificate_set, DerSet(signers))))));
}

IssuedCertificate TimeStampCertificate(Authority& authority, const CatalogSpec& spec) {
  CertificateSpec certificate{
      Role::kTimeStampService, spec.timestamp_not_before, spec.timestamp_not_after, {}};
  if (spec.timestamp_eku == CatalogSpec::TimestampEku::kPresent) {
    certificate.extended_key_usages = {kTimeStamping};
  } else if (spec.timestamp_eku == CatalogSpec::TimestampEku::kOther) {
    certificate.extended_key_usages = {kCodeSigning};
  }
  return authority.Issue(certificate);
}

// Wide windows: an intermediate's own expiry is another question.
IssuedCertificate Intermediate(Authority& authority, Role role) {
  return authority.Issue({role,
                          absl::FromUnixSeconds(1126742400),  // 2005-09-15
                          absl::FromUnixSeconds(4102444800),
                          {}});  // 2100-01-01
}

std::string Token(Authority& authority, const CatalogSpec& spec, absl::string_view signature) {
  const Signer signer{Role::kTimeStampService, TimeStampCertificate(authority, spec), spec.digest};
  const std::string imprint = DerSequence(absl::StrCat(
      DerAlgorithm(DigestOid(spec.digest)), DerOctets(DigestBytes(spec.digest, signature))));
  const std::string info =
      DerSequence(absl::StrCat(DerInteger(1), DerOid("1.3.6.1.4.1.601.10.3.1"), imprint,
                               DerInteger(1), DerGeneralizedTime(spec.timestamp_at)));
  const std::string certificates =
      spec.embed_timestamp_certificate
          ? absl::StrCat(signer.certificate.der,
                         Intermediate(authority, Role::kTimeStampAuthority).der)
          : "";
  return SignedDataMessage(3, spec.digest,
                           absl::StrCat(DerOid(kTstInfo), Der(0xa0, DerOctets(info))), certificates,
                           SignContent(authority, signer, kTstInfo, info, "").Encode(""));
}

// The unauthenticated attribute that vouches for the time.
std::string TimestampAttribute(Authority& authority, const CatalogSpec& spec,
                               absl::string_view signature) {
  if (spec.timestamp == CatalogSpec::Timestamp::kNone) return "";
  if (spec.timestamp == CatalogSpec::Timestamp::kRfc3161) {
    return DerAttribute("1.3.6.1.4.1.311.3.3.1", Token(authority, spec, signature));
  }
  const Signer signer{Role::kTimeStampService, TimeStampCertificate(authority, spec), spec.digest};
  const std::string time = DerAttribute("1.2.840.113549.1.9.5", DerUtcTime(spec.timestamp_at));
  return DerAttribute("1.2.840.113549.1.9.6",
                      SignContent(authority, signer, kData, signature, time).Encode(""));
}

Role IssuerRole(CatalogSpec::Fault fault) {
  if (fault == CatalogSpec::Fault::kFalseIssuer) return Role::kFalseVerificationAuthority;
  if (fault == CatalogSpec::Fault::kPowerlessIssuer) return Role::kPowerlessVerificationAuthority;
  return Role::kVerificationAuthority;
}

std::string Certificates(Authority& authority, const CatalogSpec& spec,
                         const IssuedCertificate& signer) {
  std::string out = signer.der;
  if (spec.fault == CatalogSpec::Fault::kFalseIssuerBesideTrue) {
    absl::StrAppend(&out, Intermediate(authority, Role::kFalseVerificationAuthority).der);
  }
  absl::StrAppend(&out, Intermediate(authority, IssuerRole(spec.fault)).der);
  if (spec.timestamp == CatalogSpec::Timestamp::kPkcs9) {
    if (spec.embed_timestamp_certificate) {
      absl::StrAppend(&out, TimeStampCertificate(authority, spec).der);
    }
    absl::StrAppend(&out, Intermediate(authority, Role::kTimeStampAuthority).der);
  }
  return out;
}

}  // namespace

std::string MakeCatalog(Authority& authority, const CatalogSpec& spec) {
  std::string list = TrustList(spec);
  const auto message = [&](const std::string& certificates, const std::string& signers) {
    return SignedDataMessage(1, spec.digest,
                             absl::StrCat(DerOid(kTrustList), Der(0xa0, DerSequence(list))),
                             certificates, signers);
  };
  if (!spec.is_signed) return message("", "");

  std::vector<std::string> usages = {kCodeSigning, kSystemComponent};
  if (spec.lifetime_signing) usages.push_back(kLifetimeSigning);
  const IssuedCertificate certificate =
      authority.Issue({Role::kSigner, spec.signer_not_before, spec.signer_not_after, usages});
  const Signer signer{spec.fault == CatalogSpec::Fault::kForeignSignature
                          ? Role::kFalseVerificationAuthority
                          : Role::kSigner,
                      certificate, spec.digest};
  const SignerInfoParts parts = SignContent(authority, signer, kTrustList, list, "");
  const std::string stamped = spec.fault == CatalogSpec::Fault::kCountersignatureOfOther
                                  ? "another signature"
                                  : parts.signature;
  const std::string timestamp = TimestampAttribute(authority, spec, stamped);
  if (spec.fault == CatalogSpec::Fault::kTamperedMember) {
    CatalogSpec tampered = spec;
    for (std::string& member : tampered.members) member += "tampered";
    list = TrustList(tampered);
  }
  return message(Certificates(authority, spec, certificate), parts.Encode(timestamp));
}

}  // namespace muster::testdata
