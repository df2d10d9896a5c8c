#include <openssl/err.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/pki/issuing_internal.h"

namespace muster::pki {
namespace {

constexpr absl::Duration kClockTolerance = absl::Hours(1);

}  // namespace

struct Authority::Rep {
  PrivateKey key;
  CertificatePtr certificate;
  absl::Time not_after;
  std::string key_pem;
  std::string certificate_pem;

  // Ends where the authority itself does: what outlives its issuer verifies nowhere.
  absl::StatusOr<absl::Time> EndOf(absl::Time now, absl::Duration lifetime) const {
    if (now >= not_after) {
      return absl::FailedPreconditionError(
          absl::StrCat("the certificate authority expired at ",
                       absl::FormatTime(absl::RFC3339_sec, not_after, absl::UTCTimeZone())));
    }
    return std::min(now + lifetime, not_after);
  }

  // Completes and signs a leaf certificate.
  std::string Sign(X509* leaf, const char* usage) const {
    OrDie(X509_set_issuer_name(leaf, X509_get_subject_name(certificate.get())) == 1,
          "naming an issuer");
    AddExtension(leaf, certificate.get(), NID_basic_constraints, "critical,CA:FALSE");
    AddExtension(leaf, certificate.get(), NID_key_usage, "critical,digitalSignature");
    AddExtension(leaf, certificate.get(), NID_ext_key_usage, usage);
    AddExtension(leaf, certificate.get(), NID_subject_key_identifier, "hash");
    AddExtension(leaf, certificate.get(), NID_authority_key_identifier, "keyid:always");
    OrDie(X509_sign(leaf, key.rep().key.get(), EVP_sha256()) > 0, "signing a certificate");
    return ToPem(leaf);
  }
};

Authority Authority::Create(const std::string& common_name, absl::Time now,
                            absl::Duration lifetime) {
  PrivateKey key = PrivateKey::Generate();
  EVP_PKEY* raw = key.rep().key.get();
  CertificatePtr certificate =
      BlankCertificate(raw, common_name, now - absl::Hours(24), now + lifetime);
  X509* x509 = certificate.get();
  OrDie(X509_set_issuer_name(x509, X509_get_subject_name(x509)) == 1, "naming an issuer");
  AddExtension(x509, x509, NID_basic_constraints, "critical,CA:TRUE,pathlen:0");
  AddExtension(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(x509, x509, NID_subject_key_identifier, "hash");
  OrDie(X509_sign(x509, raw, EVP_sha256()) > 0, "signing a certificate");
  std::string key_pem = key.ToPem();
  std::string certificate_pem = ToPem(x509);
  return Authority(std::make_shared<Rep>(Rep{std::move(key), std::move(certificate), now + lifetime,
                                             std::move(key_pem), std::move(certificate_pem)}));
}

absl::StatusOr<Authority> Authority::FromPem(absl::string_view key_pem,
                                             absl::string_view certificate_pem) {
  auto key = PrivateKey::FromPem(key_pem);
  if (!key.ok()) return key.status();
  auto certificate = ParseCertificate(certificate_pem);
  if (!certificate.ok()) return certificate.status();
  if (X509_check_private_key(certificate->get(), key->rep().key.get()) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError("the authority's key and certificate do not belong together");
  }
  if (X509_check_ca(certificate->get()) != 1) {
    return absl::InvalidArgumentError("the certificate is not a certificate authority's");
  }
  auto not_after = ReadTime(X509_get0_notAfter(certificate->get()));
  if (!not_after.ok()) return not_after.status();
  std::string pem = ToPem(certificate->get());
  return Authority(std::make_shared<Rep>(
      Rep{*key, *std::move(certificate), *not_after, key->ToPem(), std::move(pem)}));
}

const std::string& Authority::key_pem() const { return rep_->key_pem; }
const std::string& Authority::certificate_pem() const { return rep_->certificate_pem; }

absl::StatusOr<std::string> Authority::IssueClient(absl::string_view request_der, absl::Time now,
                                                   absl::Duration lifetime) const {
  auto request = ParseSigningRequest(request_der);
  if (!request.ok()) return request.status();
  auto end = rep_->EndOf(now, lifetime);
  if (!end.ok()) return end.status();
  EVP_PKEY* key = X509_REQ_get0_pubkey(request->get());
  CertificatePtr leaf = BlankCertificate(key, KeyDigest(key).ToHex(), now - kClockTolerance, *end);
  return rep_->Sign(leaf.get(), "clientAuth");
}

bool Authority::HasIssued(absl::string_view certificate_pem) const {
  auto certificate = ParseCertificate(certificate_pem);
  bool issued = certificate.ok() && X509_verify(certificate->get(), rep_->key.rep().key.get()) == 1;
  ERR_clear_error();
  return issued;
}

absl::StatusOr<std::string> Authority::IssueServer(const PrivateKey& key,
                                                   const std::vector<std::string>& names,
                                                   absl::Time now, absl::Duration lifetime) const {
  if (names.empty()) {
    return absl::InvalidArgumentError("a server certificate needs a DNS name or an IP address");
  }
  auto end = rep_->EndOf(now, lifetime);
  if (!end.ok()) return end.status();
  // Clients look at the alternative names alone (RFC 9525); a common name holds only 64 characters.
  CertificatePtr leaf =
      BlankCertificate(key.rep().key.get(), "muster-server", now - kClockTolerance, *end);
  if (auto named = AddAlternativeNames(leaf.get(), names); !named.ok()) return named;
  return rep_->Sign(leaf.get(), "serverAuth");
}

}  // namespace muster::pki
