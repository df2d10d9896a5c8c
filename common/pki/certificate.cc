#if __has_include(<arpa/inet.h>)
#include <arpa/inet.h>
#else  // Windows
#include <ws2tcpip.h>
#endif
#include <openssl/pem.h>

#include <algorithm>
#include <ctime>

#include "absl/strings/ascii.h"
#include "common/pki/openssl_internal.h"

namespace muster::pki {
namespace {

constexpr size_t kMaxCertificateBytes = 1024 * 1024;

std::string CommonName(const X509* certificate) {
  const X509_NAME* name = X509_get_subject_name(certificate);
  int index = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (index < 0) return "";
  unsigned char* text = nullptr;
  int size = ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)));
  if (size < 0) return "";
  std::string result(reinterpret_cast<char*>(text), static_cast<size_t>(size));
  OPENSSL_free(text);
  return result;
}

std::string AddressText(const ASN1_OCTET_STRING* address) {
  char text[INET6_ADDRSTRLEN] = {};
  int size = ASN1_STRING_length(address);
  int family = size == 4 ? AF_INET : AF_INET6;
  if (size != 4 && size != 16) return "";
  return inet_ntop(family, ASN1_STRING_get0_data(address), text, sizeof(text)) == nullptr ? ""
                                                                                          : text;
}

std::vector<std::string> AlternativeNames(const X509* certificate) {
  std::vector<std::string> names;
  GeneralNamesPtr general(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(general.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(general.get(), i);
    if (name->type == GEN_IPADD) names.push_back(AddressText(name->d.iPAddress));
    if (name->type == GEN_DNS) {
      const auto* text = reinterpret_cast<const char*>(ASN1_STRING_get0_data(name->d.dNSName));
      names.emplace_back(text, static_cast<size_t>(ASN1_STRING_length(name->d.dNSName)));
    }
  }
  return CanonicalNames(names);
}

}  // namespace

std::vector<std::string> CanonicalNames(const std::vector<std::string>& names) {
  std::vector<std::string> result;
  for (const std::string& name : names) {
    unsigned char address[sizeof(in6_addr)];
    char text[INET6_ADDRSTRLEN] = {};
    int family = inet_pton(AF_INET, name.c_str(), address) == 1 ? AF_INET : AF_INET6;
    bool one_text = name.find('\0') == std::string::npos;
    bool is_address =
        one_text && (family == AF_INET || inet_pton(AF_INET6, name.c_str(), address) == 1);
    if (is_address) inet_ntop(family, address, text, sizeof(text));
    result.push_back(is_address ? text : absl::AsciiStrToLower(name));
  }
  std::sort(result.begin(), result.end());
  result.erase(std::unique(result.begin(), result.end()), result.end());
  return result;
}

absl::StatusOr<absl::Time> ReadTime(const ASN1_TIME* time) {
  std::tm fields{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &fields) != 1) {
    return OpensslError("the certificate has a malformed time");
  }
  return absl::FromTM(fields, absl::UTCTimeZone());
}

absl::StatusOr<CertificatePtr> ParseCertificate(absl::string_view pem) {
  if (pem.size() > kMaxCertificateBytes) {
    return absl::InvalidArgumentError("reading a certificate: larger than 1 MiB");
  }
  CertificatePtr certificate(PEM_read_bio_X509(ReadFrom(pem).get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return OpensslError("reading a certificate: not a PEM certificate");
  return certificate;
}

std::string ToPem(X509* certificate) {
  BioPtr bio(BIO_new(BIO_s_mem()));
  OrDie(bio != nullptr && PEM_write_bio_X509(bio.get(), certificate) == 1, "writing a certificate");
  return Contents(bio.get());
}

absl::StatusOr<CertificateInfo> ReadCertificate(absl::string_view pem) {
  auto certificate = ParseCertificate(pem);
  if (!certificate.ok()) return certificate.status();
  EVP_PKEY* key = X509_get0_pubkey(certificate->get());
  if (key == nullptr) return OpensslError("reading a certificate: its public key is unusable");
  auto not_before = ReadTime(X509_get0_notBefore(certificate->get()));
  if (!not_before.ok()) return not_before.status();
  auto not_after = ReadTime(X509_get0_notAfter(certificate->get()));
  if (!not_after.ok()) return not_after.status();
  return CertificateInfo{CommonName(certificate->get()), KeyDigest(key), *not_before, *not_after,
                         AlternativeNames(certificate->get())};
}

absl::StatusOr<std::string> CertificatePemToDer(absl::string_view pem) {
  auto certificate = ParseCertificate(pem);
  if (!certificate.ok()) return certificate.status();
  unsigned char* der = nullptr;
  int size = i2d_X509(certificate->get(), &der);
  OrDie(size > 0, "encoding a certificate");
  std::string result(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return result;
}

absl::StatusOr<std::string> CertificateDerToPem(absl::string_view der) {
  if (der.size() > kMaxCertificateBytes) {
    return absl::InvalidArgumentError("reading a certificate: larger than 1 MiB");
  }
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = at + der.size();
  CertificatePtr certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (certificate == nullptr) return OpensslError("reading a certificate: not a DER certificate");
  if (at != end) return absl::InvalidArgumentError("bytes follow after the certificate's end");
  return ToPem(certificate.get());
}

}  // namespace muster::pki
