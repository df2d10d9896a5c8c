// How a certificate is filled in, for the authority alone.
#ifndef MUSTER_COMMON_PKI_ISSUING_INTERNAL_H_
#define MUSTER_COMMON_PKI_ISSUING_INTERNAL_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/pki/openssl_internal.h"

namespace muster::pki {

// A v3 certificate for `key`: random serial (RFC 5280, 4.1.2.2), validity and common name; no
// issuer and no extensions yet. An empty common name leaves the subject empty.
CertificatePtr BlankCertificate(EVP_PKEY* key, const std::string& common_name,
                                absl::Time not_before, absl::Time not_after);

// Adds an extension in OpenSSL's configuration syntax; `value` is a constant of this folder, never
// input.
void AddExtension(X509* certificate, X509* issuer, int nid, const char* value);

// Adds subjectAltName. INVALID_ARGUMENT where a name is neither a DNS name nor an IP address.
absl::Status AddAlternativeNames(X509* certificate, const std::vector<std::string>& names);

}  // namespace muster::pki

#endif  // MUSTER_COMMON_PKI_ISSUING_INTERNAL_H_
