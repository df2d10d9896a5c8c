// Security catalogs (.cat): PKCS#7 SignedData over a certificate trust list. The format in prose,
// with its sources: docs/formats/catalog.md.
#ifndef MUSTER_COMMON_SERVICING_CATALOG_CATALOG_H_
#define MUSTER_COMMON_SERVICING_CATALOG_CATALOG_H_

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::servicing {

// What of an X.509 certificate bears on a catalog.
struct Certificate {
  std::string subject;  // common name, else the whole name
  std::string issuer;   // the same
  std::string serial;   // lower-case hex
  std::string sha1;     // thumbprint as Windows shows it, lower-case hex
  absl::Time not_before;
  absl::Time not_after;
  std::vector<std::string> extended_key_usages;  // OIDs
  bool self_signed = false;

  bool HasEku(absl::string_view oid) const;
};

// One file that the catalog vouches for.
struct CatalogMember {
  std::string tag;               // raw bytes of the subject identifier
  std::string digest_algorithm;  // "sha1", "sha256"
  std::string digest;            // raw bytes
  std::vector<std::pair<std::string, std::string>>
      attributes;  // name/value attributes: File, OSAttr, …
};

// What vouches for the time of signing.
struct CatalogTimestamp {
  enum class Kind { kPkcs9, kRfc3161 };
  Kind kind = Kind::kPkcs9;
  std::optional<absl::Time> time;
  std::optional<Certificate> signer;  // unset: its certificate is not embedded
  std::vector<Certificate> chain;     // from the signer up, as far as embedded
  // The countersignature really signs this catalog's signature, by the key of `signer`.
  bool covers_signature = false;
  // Every embedded link of `chain` is signed by the one above it.
  bool chain_holds = false;
};

struct Catalog {
  std::string list_identifier;    // raw bytes
  absl::Time issued_at;           // thisUpdate
  std::string subject_algorithm;  // OID: 1.3.6.1.4.1.311.12.1.2 (v1) or .3 (v2)
  std::vector<CatalogMember> members;
  std::vector<std::pair<std::string, std::string>> attributes;  // OSAttr, OS, HWIDn, …

  bool is_signed = false;
  std::string digest_algorithm;  // of the signature, "sha1", "sha256"
  std::optional<Certificate> signer;
  std::vector<Certificate> chain;  // from the signer up, as far as embedded
  bool content_matches = false;    // messageDigest is the digest of the list
  bool signature_holds = false;    // and the signer's key signed it
  bool chain_holds = false;        // every embedded link of `chain` is signed by the one above it
  std::optional<CatalogTimestamp> timestamp;  // the first that there is
};

// INVALID_ARGUMENT where the bytes are no security catalog (empty, truncated, zeros, another
// PKCS#7); the message says what was expected. A catalog with a broken signature parses. At most 16
// MiB and 100,000 members are read. Pure, and safe from any thread.
absl::StatusOr<Catalog> ParseCatalog(absl::string_view bytes);

// ParseCatalog for many catalogs: remembers the certificates that it met and which of them signed
// which, within bounds (a few thousand, a few MiB), since the catalogs of a machine share a few
// dozen. Gives the same answers. Not thread-safe: one per thread.
class CatalogReader {
 public:
  CatalogReader();
  ~CatalogReader();
  CatalogReader(const CatalogReader&) = delete;
  CatalogReader& operator=(const CatalogReader&) = delete;

  absl::StatusOr<Catalog> Read(absl::string_view bytes);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_CATALOG_CATALOG_H_
