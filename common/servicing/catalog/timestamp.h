// What vouches for the time of signing: a PKCS#9 countersignature (RFC 2985, 5.3.6) or an RFC 3161
// token.
#ifndef MUSTER_COMMON_SERVICING_CATALOG_TIMESTAMP_H_
#define MUSTER_COMMON_SERVICING_CATALOG_TIMESTAMP_H_

#include <optional>

#include "common/servicing/catalog/catalog.h"
#include "common/servicing/catalog/certificate_store.h"
#include "common/servicing/catalog/signed_data.h"

namespace muster::servicing {

// The first timestamp among `signer`'s unauthenticated attributes; unset where there is none. One
// that cannot be read is there all the same, with nothing but its kind. `set` are the certificates
// of the catalog: a countersignature's are there, a token brings its own.
std::optional<CatalogTimestamp> ReadTimestamp(const SignerInfo& signer, const CertificateSet& set,
                                              CertificateStore& store);

}  // namespace muster::servicing

#endif  // MUSTER_COMMON_SERVICING_CATALOG_TIMESTAMP_H_
