// OpenSSL's objects with owners, for the files of this folder alone.
#ifndef MUSTER_COMMON_PKI_OPENSSL_INTERNAL_H_
#define MUSTER_COMMON_PKI_OPENSSL_INTERNAL_H_

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"
#include "common/pki/pki.h"

namespace muster::pki {

template <auto kFree>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Deleter<BIO_free_all>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertificatePtr = std::unique_ptr<X509, Deleter<X509_free>>;
using RequestPtr = std::unique_ptr<X509_REQ, Deleter<X509_REQ_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Deleter<X509_EXTENSION_free>>;
using GeneralNamesPtr = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

struct PrivateKey::Rep {
  KeyPtr key;
};

// Ends the program where OpenSSL fails at what only lack of memory, or a library without P-256,
// makes it fail at.
void OrDie(bool succeeded, const char* doing);

// A reading BIO over `text`, which must outlive it.
BioPtr ReadFrom(absl::string_view text);
// What was written to a memory BIO.
std::string Contents(BIO* bio);

// INVALID_ARGUMENT with what OpenSSL says last; clears its error queue.
absl::Status OpensslError(absl::string_view what);

// Whether it is a key on P-256 by name.
bool IsP256(const EVP_PKEY* key);
// SHA-256 over SubjectPublicKeyInfo, DER.
Digest KeyDigest(const EVP_PKEY* key);

// The first certificate of a PEM text.
absl::StatusOr<CertificatePtr> ParseCertificate(absl::string_view pem);
std::string ToPem(X509* certificate);

// The time of a certificate; INVALID_ARGUMENT where it is malformed.
absl::StatusOr<absl::Time> ReadTime(const ASN1_TIME* time);

// A request that CheckSigningRequest accepts.
absl::StatusOr<RequestPtr> ParseSigningRequest(absl::string_view der);

}  // namespace muster::pki

#endif  // MUSTER_COMMON_PKI_OPENSSL_INTERNAL_H_
