// The certificate trust list within a catalog: which files it vouches for. Pure; views in, strings
// out.
#ifndef MUSTER_COMMON_SERVICING_CATALOG_TRUST_LIST_H_
#define MUSTER_COMMON_SERVICING_CATALOG_TRUST_LIST_H_

#include "absl/status/status.h"
#include "common/servicing/catalog/catalog.h"
#include "common/servicing/catalog/der.h"

namespace muster::servicing {

// Fills list_identifier, issued_at, subject_algorithm, members and attributes of `catalog` from the
// content octets of the CertificateTrustList SEQUENCE. INVALID_ARGUMENT where it is another kind of
// list, has more than 100,000 members, or is damaged. Unknown attributes and extensions are stepped
// over.
absl::Status ReadTrustList(absl::string_view content, Catalog& catalog);

// "sha1", "sha256", "sha384", "sha512", "md5" for the OID of a digest algorithm; the OID itself for
// another.
std::string DigestAlgorithmName(absl::string_view oid);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_CATALOG_TRUST_LIST_H_
