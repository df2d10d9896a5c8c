// What OpenSSL by itself does with a catalog: the measure that Muster's reader is held against.
//
// `openssl cms -verify` cannot take catalogs: CMS wants an OCTET STRING as content, a catalog has a
// SEQUENCE. The older PKCS#7 functions parse them, and verify them when the content octets are
// handed over as if detached. That is what is measured: parse, digest, signed attributes, one
// signature; no certificate chain, no members.
#ifndef MUSTER_TESTS_BENCH_CATALOG_OPENSSL_BASELINE_H_
#define MUSTER_TESTS_BENCH_CATALOG_OPENSSL_BASELINE_H_

#include "absl/strings/string_view.h"

namespace muster::bench {

// True where the signer's signature holds.
bool OpenSslVerifies(absl::string_view catalog);

// The same, and the timestamp's signature as well (countersignature, or the token's own signature).
bool OpenSslVerifiesWithTimestamp(absl::string_view catalog);

}  // namespace muster::bench

#endif  // MUSTER_TESTS_BENCH_CATALOG_OPENSSL_BASELINE_H_
