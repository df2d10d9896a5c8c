// The keys and certificates that test catalogs are signed with: a certification authority, code
// signers and time-stamping services under it. One key per role, made once; a certificate per
// validity and key usage. Nothing of it is trusted anywhere. Thread-safe.
#ifndef MUSTER_TESTS_TESTDATA_AUTHORITY_H_
#define MUSTER_TESTS_TESTDATA_AUTHORITY_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::testdata {

enum class Role {
  kSigner,                      // "Microsoft Windows (test)" under the verification PCA
  kTimeStampService,            // "Microsoft Time-Stamp Service (test)" under the time-stamp PCA
  kVerificationAuthority,       // intermediate; its root is not embedded, as in real ones
  kTimeStampAuthority,          // intermediate
  kFalseVerificationAuthority,  // the name of the former with a key that signed nothing
  kPowerlessVerificationAuthority,  // its name and key, but basicConstraints deny it to issue
};

struct CertificateSpec {
  Role role = Role::kSigner;
  absl::Time not_before;
  absl::Time not_after;
  std::vector<std::string> extended_key_usages;  // OIDs; none: no such extension
};

// A certificate in the forms that SignedData needs.
struct IssuedCertificate {
  std::string der;
  std::string issuer_and_serial;  // DER of IssuerAndSerialNumber
};

class Authority {
 public:
  // Makes the keys (RSA, 2,048 bits): half a second.
  Authority();
  ~Authority();
  Authority(const Authority&) = delete;
  Authority& operator=(const Authority&) = delete;

  // The one of this process, made at the first call: keys are slow to make, and any will do.
  static Authority& OfProcess();

  // The same certificate for the same specification.
  IssuedCertificate Issue(const CertificateSpec& spec);

  // PKCS#1 v1.5 over `message` by the key of `role`, with "sha1" or "sha256".
  std::string Sign(Role role, absl::string_view digest_algorithm, absl::string_view message) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The digest of `data` with "sha1" or "sha256".
std::string DigestBytes(absl::string_view digest_algorithm, absl::string_view data);

}  // namespace muster::testdata

#endif  // MUSTER_TESTS_TESTDATA_AUTHORITY_H_
