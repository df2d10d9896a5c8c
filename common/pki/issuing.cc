#include <openssl/err.h>
#include <openssl/rand.h>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/pki/issuing_internal.h"

namespace muster::pki {
namespace {

void SetRandomSerial(X509* certificate) {
  unsigned char bytes[16];
  OrDie(RAND_bytes(bytes, sizeof(bytes)) == 1, "drawing a serial number");
  bytes[0] = (bytes[0] & 0x3F) | 0x40;  // positive, never zero, always 16 bytes long
  BIGNUM* number = BN_bin2bn(bytes, sizeof(bytes), nullptr);
  OrDie(number != nullptr &&
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr,
        "setting a serial number");
  BN_free(number);
}

bool IsDnsName(absl::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  for (absl::string_view label : absl::StrSplit(name, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-') {
      return false;
    }
    for (char c : label) {
      if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '-' && c != '_') return false;
    }
  }
  return true;
}

// Takes over `value`.
void Push(GENERAL_NAMES* names, int type, ASN1_STRING* value) {
  GENERAL_NAME* entry = GENERAL_NAME_new();
  OrDie(entry != nullptr && value != nullptr, "naming a server");
  GENERAL_NAME_set0_value(entry, type, value);
  OrDie(sk_GENERAL_NAME_push(names, entry) > 0, "naming a server");
}

}  // namespace

CertificatePtr BlankCertificate(EVP_PKEY* key, const std::string& common_name,
                                absl::Time not_before, absl::Time not_after) {
  CertificatePtr certificate(X509_new());
  OrDie(
      certificate != nullptr && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
          X509_set_pubkey(certificate.get(), key) == 1 &&
          ASN1_TIME_set(X509_getm_notBefore(certificate.get()), absl::ToTimeT(not_before)) !=
              nullptr &&
          ASN1_TIME_set(X509_getm_notAfter(certificate.get()), absl::ToTimeT(not_after)) != nullptr,
      "filling in a certificate");
  SetRandomSerial(certificate.get());
  if (!common_name.empty()) {
    OrDie(X509_NAME_add_entry_by_NID(X509_get_subject_name(certificate.get()), NID_commonName,
                                     MBSTRING_UTF8,
                                     reinterpret_cast<const unsigned char*>(common_name.data()),
                                     static_cast<int>(common_name.size()), -1, 0) == 1,
          "naming a certificate");
  }
  return certificate;
}

void AddExtension(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value));
  OrDie(extension != nullptr && X509_add_ext(certificate, extension.get(), -1) == 1,
        "adding a certificate's extension");
}

absl::Status AddAlternativeNames(X509* certificate, const std::vector<std::string>& names) {
  GeneralNamesPtr general(GENERAL_NAMES_new());
  OrDie(general != nullptr, "naming a server");
  for (const std::string& name : names) {
    bool one_text = name.find('\0') == std::string::npos;
    if (ASN1_OCTET_STRING* address = one_text ? a2i_IPADDRESS(name.c_str()) : nullptr) {
      Push(general.get(), GEN_IPADD, address);
      continue;
    }
    ERR_clear_error();
    if (!IsDnsName(name)) {
      return absl::InvalidArgumentError(
          absl::StrCat("a server certificate cannot be for \"", absl::CHexEscape(name),
                       "\": it is neither a DNS name nor an IP address"));
    }
    ASN1_IA5STRING* text = ASN1_IA5STRING_new();
    OrDie(text != nullptr && ASN1_STRING_set(text, name.data(), static_cast<int>(name.size())) == 1,
          "naming a server");
    Push(general.get(), GEN_DNS, text);
  }
  OrDie(X509_add1_ext_i2d(certificate, NID_subject_alt_name, general.get(), 0, 0) == 1,
        "naming a server");
  return absl::OkStatus();
}

}  // namespace muster::pki
