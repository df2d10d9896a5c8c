#include "tests/bench/catalog/openssl_baseline.h"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <memory>

namespace muster::bench {
namespace {

using Message = std::unique_ptr<PKCS7, decltype(&PKCS7_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free_all)>;

const unsigned char* Octets(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Message Parse(const unsigned char* at, size_t size) {
  return Message(d2i_PKCS7(nullptr, &at, static_cast<long>(size)), PKCS7_free);
}

bool VerifySigner(PKCS7* message) {
  if (message == nullptr || !PKCS7_type_is_signed(message)) return false;
  const ASN1_TYPE* other = message->d.sign->contents->d.other;
  if (other == nullptr || other->type != V_ASN1_SEQUENCE) return false;
  const unsigned char* at = other->value.sequence->data;
  long length = 0;
  int tag = 0;
  int tag_class = 0;
  ASN1_get_object(&at, &length, &tag, &tag_class, other->value.sequence->length);
  const Bio content(BIO_new_mem_buf(at, static_cast<int>(length)), BIO_free_all);
  return PKCS7_verify(message, nullptr, nullptr, content.get(), nullptr,
                      PKCS7_NOVERIFY | PKCS7_BINARY) == 1;
}

// Tokens are CMS in earnest, and some carry kinds of certificates that PKCS#7 does not know.
bool VerifyToken(const ASN1_TYPE* token) {
  if (token->type != V_ASN1_SEQUENCE) return false;
  const unsigned char* at = token->value.sequence->data;
  const std::unique_ptr<CMS_ContentInfo, decltype(&CMS_ContentInfo_free)> message(
      d2i_CMS_ContentInfo(nullptr, &at, token->value.sequence->length), CMS_ContentInfo_free);
  return message && CMS_verify(message.get(), nullptr, nullptr, nullptr, nullptr,
                               CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) == 1;
}

bool VerifyCountersignature(PKCS7* message, const PKCS7_SIGNER_INFO* parent,
                            const ASN1_TYPE* value) {
  if (value->type != V_ASN1_SEQUENCE) return false;
  const unsigned char* at = value->value.sequence->data;
  std::unique_ptr<PKCS7_SIGNER_INFO, decltype(&PKCS7_SIGNER_INFO_free)> info(
      d2i_PKCS7_SIGNER_INFO(nullptr, &at, value->value.sequence->length), PKCS7_SIGNER_INFO_free);
  if (!info) return false;
  X509* certificate = X509_find_by_issuer_and_serial(
      message->d.sign->cert, info->issuer_and_serial->issuer, info->issuer_and_serial->serial);
  if (certificate == nullptr) return false;
  BIO* digest = BIO_new(BIO_f_md());
  BIO_set_md(digest, EVP_get_digestbyobj(info->digest_alg->algorithm));
  const Bio chain(
      BIO_push(digest, BIO_new_mem_buf(parent->enc_digest->data, parent->enc_digest->length)),
      BIO_free_all);
  char buffer[1024];
  while (BIO_read(chain.get(), buffer, sizeof(buffer)) > 0) {
  }
  return PKCS7_signatureVerify(chain.get(), message, info.get(), certificate) == 1;
}

}  // namespace

bool OpenSslVerifies(absl::string_view catalog) {
  const bool holds = VerifySigner(Parse(Octets(catalog), catalog.size()).get());
  ERR_clear_error();
  return holds;
}

bool OpenSslVerifiesWithTimestamp(absl::string_view catalog) {
  static const int kToken =
      OBJ_create("1.3.6.1.4.1.311.3.3.1", "spcTimeStampToken", "Authenticode RFC 3161 token");
  const Message message = Parse(Octets(catalog), catalog.size());
  bool holds = VerifySigner(message.get());
  if (holds) {
    PKCS7_SIGNER_INFO* signer = sk_PKCS7_SIGNER_INFO_value(PKCS7_get_signer_info(message.get()), 0);
    const ASN1_TYPE* counter = PKCS7_get_attribute(signer, NID_pkcs9_countersignature);
    const ASN1_TYPE* token = PKCS7_get_attribute(signer, kToken);
    if (token != nullptr) holds = VerifyToken(token);
    if (counter != nullptr) holds = VerifyCountersignature(message.get(), signer, counter);
  }
  ERR_clear_error();
  return holds;
}

}  // namespace muster::bench
