// Security catalogs made to order, one shape for each way in which a signature can hold or fail.
// For tests, the demo and the fleet simulator; not for production. The format:
// docs/formats/catalog.md.
#ifndef MUSTER_TESTS_TESTDATA_CATALOG_MAKER_H_
#define MUSTER_TESTS_TESTDATA_CATALOG_MAKER_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "tests/testdata/authority.h"

namespace muster::testdata {

// 2012-03-26T21:37:17Z and 2013-06-26T21:37:17Z: the window of the "Microsoft Windows" certificate
// that was in force in August 2012.
inline const absl::Time kSignerNotBefore2012 = absl::FromUnixSeconds(1332797837);
inline const absl::Time kSignerNotAfter2013 = absl::FromUnixSeconds(1372282637);

struct CatalogSpec {
  enum class Timestamp { kNone, kPkcs9, kRfc3161 };
  enum class TimestampEku { kPresent, kMissing, kOther };
  enum class Fault {
    kNone,
    kTamperedMember,           // the list was changed after signing
    kForeignSignature,         // signed by a key that is not the certificate's
    kFalseIssuer,              // the embedded issuer's key did not sign the signer's certificate
    kFalseIssuerBesideTrue,    // embedded before the issuer that did; harmless
    kPowerlessIssuer,          // the embedded issuer is no certificate authority
    kCountersignatureOfOther,  // the timestamp is of another signature
  };

  std::vector<std::string> members;  // bytes of the files that the catalog vouches for
  std::string digest = "sha1";       // "sha1" makes a v1 list, "sha256" a v2 list
  bool is_signed = true;
  absl::Time issued_at = absl::FromUnixSeconds(1342785600);  // 2012-07-20T12:00:00Z

  absl::Time signer_not_before = kSignerNotBefore2012;
  absl::Time signer_not_after = kSignerNotAfter2013;
  bool lifetime_signing = false;  // the signer's certificate asks for it

  Timestamp timestamp = Timestamp::kPkcs9;
  absl::Time timestamp_at = absl::FromUnixSeconds(1342786200);          // 2012-07-20T12:10:00Z
  absl::Time timestamp_not_before = absl::FromUnixSeconds(1326067200);  // 2012-01-09
  absl::Time timestamp_not_after = absl::FromUnixSeconds(1365465600);   // 2013-04-09
  TimestampEku timestamp_eku = TimestampEku::kPresent;
  bool embed_timestamp_certificate = true;

  Fault fault = Fault::kNone;
};

// The bytes of the catalog. Same authority and specification, same bytes. About a millisecond per
// signature.
std::string MakeCatalog(Authority& authority, const CatalogSpec& spec);

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_CATALOG_MAKER_H_
