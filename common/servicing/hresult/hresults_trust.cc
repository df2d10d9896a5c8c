// Cryptography, certificates and trust: winerror.h.
#include "common/servicing/hresult/hresult_table.h"

namespace muster::servicing {
namespace {

constexpr HresultInfo kTable[] = {
    {0x80090006, "NTE_BAD_SIGNATURE",
     "A signature is not right: the signed file was changed, or it is checked against the wrong "
     "key."},
    {0x80090008, "NTE_BAD_ALGID",
     "The signature uses an algorithm that this machine does not know, as SHA-2 on a Windows 7 "
     "without its updates."},
    {0x80092003, "CRYPT_E_FILE_ERROR",
     "The signed file could not be read or written while it was verified. Check that the catalog "
     "can be read."},
    {0x80092004, "CRYPT_E_NOT_FOUND",
     "A cryptographic object was not found. Updates from August 2019 on answer so on a Windows 7 "
     "that cannot verify SHA-2 yet: install its servicing stack update and its SHA-2 support "
     "first."},
    {0x80092010, "CRYPT_E_REVOKED",
     "A certificate in the chain has been revoked. The package is not to be trusted."},
    {0x80092012, "CRYPT_E_NO_REVOCATION_CHECK",
     "Revocation of a certificate could not be checked."},
    {0x80092013, "CRYPT_E_REVOCATION_OFFLINE",
     "The revocation server was not reached. Normal on machines without a way to the internet."},
    {0x80093102, "CRYPT_E_ASN1_EOD",
     "The signed file ends too early: the catalog is truncated. Replace it from the original "
     "package."},
    {0x8009310B, "CRYPT_E_ASN1_BADTAG",
     "The signed file is not built as it should be: the catalog is damaged or no catalog. "
     "Replace it from the original package."},
    {0x80096001, "TRUST_E_SYSTEM_ERROR",
     "The trust check itself failed, so it says nothing about the file. Look at the "
     "cryptographic services of the machine."},
    {0x80096002, "TRUST_E_NO_SIGNER_CERT",
     "The certificate of the signer is not in the file or not valid in form."},
    {0x80096003, "TRUST_E_COUNTER_SIGNER",
     "A countersignature of the file is not valid: its time of signing is not vouched for."},
    {0x80096004, "TRUST_E_CERT_SIGNATURE",
     "The signature of a certificate in the chain is not right: the catalog is damaged or "
     "tampered with."},
    {0x80096005, "TRUST_E_TIME_STAMP",
     "The timestamp could not be verified. Where the signing certificate has expired, the "
     "catalog is void with it; see whether the timestamp certificate has its time-stamping "
     "usage."},
    {0x80096010, "TRUST_E_BAD_DIGEST",
     "The file is not the one that was signed: changed or damaged. Replace it from the original "
     "package."},
    {0x80096019, "TRUST_E_BASIC_CONSTRAINTS",
     "A certificate in the chain may not issue certificates: the chain is not valid."},
    {0x800B0001, "TRUST_E_PROVIDER_UNKNOWN",
     "The trust provider that was asked for is not registered on this machine."},
    {0x800B0003, "TRUST_E_SUBJECT_FORM_UNKNOWN",
     "The file is of a kind that the trust check does not know: usually damaged, or not signed "
     "in a way that this machine can read."},
    {0x800B0100, "TRUST_E_NOSIGNATURE",
     "No signature was found that covers the file. For a package: its catalog is missing, "
     "damaged or of another version than its manifest."},
    {0x800B0101, "CERT_E_EXPIRED",
     "A certificate was outside of its validity when it was checked. For a servicing catalog: "
     "the signing certificate has expired and no timestamp that counts keeps the signature "
     "alive. One such package can empty the whole list of updates (Win32_QuickFixEngineering) "
     "and block its own update and removal. Check the machine's clock first. The cure is to make "
     "Windows honour these signatures again, restart and verify; only then can the re-released "
     "package be installed. The matching rule names the updates."},
    {0x800B0102, "CERT_E_VALIDITYPERIODNESTING",
     "The validity periods in the chain do not lie within each other."},
    {0x800B0105, "CERT_E_CRITICAL",
     "A certificate has a critical extension that this machine does not know."},
    {0x800B0106, "CERT_E_PURPOSE",
     "A certificate is used for another purpose than its issuer allowed."},
    {0x800B0107, "CERT_E_ISSUERCHAINING",
     "The issuer of a certificate did not issue it: the chain is wrong."},
    {0x800B0108, "CERT_E_MALFORMED",
     "A certificate lacks something essential, as its subject or issuer."},
    {0x800B0109, "CERT_E_UNTRUSTEDROOT",
     "The chain ends in a root certificate that the machine does not trust. Update the root "
     "certificates; on Windows 7 also see whether SHA-2 support is on."},
    {0x800B010A, "CERT_E_CHAINING",
     "No chain to a trusted root could be built: an intermediate or root certificate is missing."},
    {0x800B010B, "TRUST_E_FAIL",
     "The trust check failed in general. The records before it say why."},
    {0x800B010C, "CERT_E_REVOKED",
     "The issuer has revoked a certificate in the chain. The package is not to be trusted."},
    {0x800B010D, "CERT_E_UNTRUSTEDTESTROOT",
     "The chain ends in the test root, which production machines do not trust."},
    {0x800B010E, "CERT_E_REVOCATION_FAILURE",
     "Revocation could not be checked. Normal on machines without a way to the internet."},
    {0x800B010F, "CERT_E_CN_NO_MATCH",
     "The name in the certificate is not the name that was expected."},
    {0x800B0110, "CERT_E_WRONG_USAGE",
     "A certificate lacks the extended key usage that is asked for: code signing for the signer, "
     "time stamping for the timestamp."},
    {0x800B0111, "TRUST_E_EXPLICIT_DISTRUST",
     "The certificate is on the machine's list of distrusted certificates."},
    {0x800B0112, "CERT_E_UNTRUSTEDCA",
     "A certification authority in the chain is not trusted by policy."},
};

}  // namespace

absl::Span<const HresultInfo> TrustHresults() { return kTable; }

}  // namespace muster::servicing
