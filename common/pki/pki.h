// Keys, signing requests and certificates: ECDSA P-256, X.509v3, PEM and DER. OpenSSL stays behind
// this header.
#ifndef MUSTER_COMMON_PKI_PKI_H_
#define MUSTER_COMMON_PKI_PKI_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/digest.h"

namespace muster::pki {

// A P-256 key pair. Immutable, shareable between threads.
class PrivateKey {
 public:
  static PrivateKey Generate();
  // PKCS#8 PEM. INVALID_ARGUMENT for anything but an unencrypted P-256 key.
  static absl::StatusOr<PrivateKey> FromPem(absl::string_view pem);

  std::string ToPem() const;
  // SHA-256 over SubjectPublicKeyInfo, DER: a machine's id.
  Digest PublicKeyDigest() const;
  // PKCS#10, DER, signed with this key.
  std::string CreateSigningRequest(const std::string& common_name) const;

  struct Rep;
  explicit PrivateKey(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}
  const Rep& rep() const { return *rep_; }

 private:
  std::shared_ptr<const Rep> rep_;
};

// What a certificate says. A plain value.
struct CertificateInfo {
  std::string common_name;
  Digest public_key;  // as PrivateKey::PublicKeyDigest
  absl::Time not_before;
  absl::Time not_after;
  std::vector<std::string> names;  // alternative DNS names and IP addresses, canonical
};

// Server names in one spelling: DNS names in lower case, IP addresses as inet_ntop writes them;
// sorted, each once.
std::vector<std::string> CanonicalNames(const std::vector<std::string>& names);

// INVALID_ARGUMENT where it is no certificate. Reads the first of a PEM file.
absl::StatusOr<CertificateInfo> ReadCertificate(absl::string_view pem);
absl::StatusOr<std::string> CertificatePemToDer(absl::string_view pem);
absl::StatusOr<std::string> CertificateDerToPem(absl::string_view der);

// The public key of a signing request whose own signature holds. INVALID_ARGUMENT where it is not
// well formed, larger than 16 KiB, signed by another key, or the key is no P-256 key.
absl::StatusOr<Digest> CheckSigningRequest(absl::string_view der);

// A certificate authority: its key and certificate. Thread-safe.
class Authority {
 public:
  // Self-signed, valid from a day before `now` for `lifetime`.
  static Authority Create(const std::string& common_name, absl::Time now, absl::Duration lifetime);
  static absl::StatusOr<Authority> FromPem(absl::string_view key_pem,
                                           absl::string_view certificate_pem);

  const std::string& key_pem() const;
  const std::string& certificate_pem() const;

  // A client certificate for the request's key, PEM; its common name is the machine id (hex of the
  // key's digest), whatever the request asks for. Valid from an hour before `now` (clocks differ).
  // Errors as CheckSigningRequest.
  absl::StatusOr<std::string> IssueClient(absl::string_view request_der, absl::Time now,
                                          absl::Duration lifetime) const;
  // A server certificate for these DNS names and IP addresses, PEM.
  absl::StatusOr<std::string> IssueServer(const PrivateKey& key,
                                          const std::vector<std::string>& names, absl::Time now,
                                          absl::Duration lifetime) const;
  // Whether the first certificate of this PEM text carries this authority's signature.
  bool HasIssued(absl::string_view certificate_pem) const;

  struct Rep;
  explicit Authority(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}

 private:
  std::shared_ptr<const Rep> rep_;
};

// Makes gRPC speak nothing older than TLS 1.3, by leaving it no cipher of TLS 1.2. Call it at the
// start of main, before any gRPC call: gRPC reads the setting once.
void RequireTls13();

}  // namespace muster::pki

#endif  // MUSTER_COMMON_PKI_PKI_H_
