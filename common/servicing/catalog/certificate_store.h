// The certificates that catalogs bring along, parsed once: thousands of servicing catalogs share a
// few dozen. Also the raw signature checks, free of any trust policy. Not thread-safe. OpenSSL
// stays in the .cc file.
#ifndef MUSTER_COMMON_SERVICING_CATALOG_CERTIFICATE_STORE_H_
#define MUSTER_COMMON_SERVICING_CATALOG_CERTIFICATE_STORE_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "common/servicing/catalog/catalog.h"

namespace muster::servicing {

// A parsed certificate and what is needed to find and check it.
class StoredCertificate {
 public:
  // Null where the bytes are no certificate.
  static std::unique_ptr<StoredCertificate> Parse(absl::string_view der);
  ~StoredCertificate();
  StoredCertificate(const StoredCertificate&) = delete;
  StoredCertificate& operator=(const StoredCertificate&) = delete;

  const Certificate& facts() const { return facts_; }
  // DER of the names; compared byte by byte, as certificates are chained.
  const std::string& subject() const { return subject_; }
  const std::string& issuer() const { return issuer_; }
  // Content octets of the serial number.
  const std::string& serial() const { return serial_; }

  // True where `issuer` may issue (its basicConstraints, where present, say CA) and its key made
  // this signature.
  bool IsSignedBy(const StoredCertificate& issuer) const;

  // PKCS#1 v1.5 for RSA keys, otherwise the key's own scheme. `digest_algorithm` as
  // DigestAlgorithmName gives it; false for one that is not known. `allow_bare_digest` also takes
  // an RSA signature that pads the digest without DigestInfo, as some time-stamping services made
  // them (docs/formats/catalog.md).
  bool Verifies(absl::string_view digest_algorithm, absl::string_view digest,
                absl::string_view signature, bool allow_bare_digest) const;

 private:
  struct Handle;
  StoredCertificate();

  std::unique_ptr<Handle> handle_;
  Certificate facts_;
  std::string subject_;
  std::string issuer_;
  std::string serial_;
};

// The digest of `data`; unset for an algorithm that is not known.
std::optional<std::string> DigestOf(absl::string_view digest_algorithm, absl::string_view data);

// The certificates embedded in one PKCS#7 message; pointers into a store.
using CertificateSet = std::vector<const StoredCertificate*>;

struct CertificateChain {
  std::vector<const StoredCertificate*> links;  // from the leaf up, as far as the set reaches
  bool holds = true;                            // each link is signed by the one above it
};

class CertificateStore {
 public:
  // Null where the bytes are no certificate. The pointer lives until Trim.
  const StoredCertificate* Get(absl::string_view der);
  // From `leaf` up, by name; where several certificates carry the name, one whose key fits is
  // preferred.
  CertificateChain Chain(const StoredCertificate* leaf, const CertificateSet& set);
  // Forgets everything once more is kept than 2,048 certificates, 65,536 links or 8 MiB.
  void Trim();

 private:
  using Link = std::pair<const StoredCertificate*, const StoredCertificate*>;
  bool LinkHolds(const StoredCertificate* subject, const StoredCertificate* issuer);

  absl::flat_hash_map<std::string, std::unique_ptr<StoredCertificate>> certificates_;  // by DER
  absl::flat_hash_map<Link, bool> links_;
  size_t bytes_ = 0;
};

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_CATALOG_CERTIFICATE_STORE_H_
