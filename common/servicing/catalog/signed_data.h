// PKCS#7 SignedData (RFC 2315 section 9; CMS, RFC 5652) as catalogs and time-stamp tokens use it:
// taken apart into views, and one signer checked. Not thread-safe where a CertificateStore is
// passed.
#ifndef MUSTER_COMMON_SERVICING_CATALOG_SIGNED_DATA_H_
#define MUSTER_COMMON_SERVICING_CATALOG_SIGNED_DATA_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/servicing/catalog/certificate_store.h"
#include "common/servicing/catalog/der.h"

namespace muster::servicing {

// One attribute of a signer: its type, and the content of its SET of values.
struct SignerAttribute {
  std::string type;          // OID
  absl::string_view values;  // content octets of the SET
};

struct SignerInfo {
  absl::string_view issuer;  // DER of the name
  absl::string_view serial;  // content octets
  std::string digest_algorithm;
  absl::string_view signed_attributes;  // whole [0] element; empty where there are none
  std::vector<SignerAttribute> authenticated;
  absl::string_view signature;
  std::vector<SignerAttribute> unauthenticated;

  // The first value of the first attribute of this type.
  std::optional<DerElement> SignedAttribute(absl::string_view type) const;
};

struct SignedData {
  std::string content_type;                     // OID
  std::optional<DerElement> content;            // what [0] wraps
  std::vector<absl::string_view> certificates;  // DER
  std::vector<absl::string_view> signers;       // DER of each SignerInfo
};

// INVALID_ARGUMENT where the bytes are no SignedData, have more than 256 certificates or 64
// signers, or go on after it.
absl::StatusOr<SignedData> ParseSignedData(absl::string_view bytes);
// INVALID_ARGUMENT where the bytes are no SignerInfo that names its certificate by issuer and
// serial number.
absl::StatusOr<SignerInfo> ParseSignerInfo(absl::string_view bytes);

// What a signer covers, and how that was found out.
struct SignerCheck {
  const StoredCertificate* certificate = nullptr;  // null: not in the set
  bool content_matches = false;                    // contentType and messageDigest fit the content
  bool signature_holds = false;                    // the certificate's key signed that
};

// `content` is what is digested: content octets without tag and length. `allow_bare_digest`: see
// StoredCertificate::Verifies.
SignerCheck CheckSigner(const SignerInfo& signer, absl::string_view content_type,
                        absl::string_view content, const CertificateSet& set,
                        bool allow_bare_digest);

// The certificates of `message` that can be read.
CertificateSet ReadCertificates(const SignedData& message, CertificateStore& store);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_CATALOG_SIGNED_DATA_H_
