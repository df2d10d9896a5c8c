#include <openssl/core_names.h>
#include <openssl/pem.h>

#include <cstring>

#include "common/pki/openssl_internal.h"

namespace muster::pki {
namespace {

constexpr size_t kMaxKeyPemBytes = 16 * 1024;

// Answers OpenSSL's question for a password: there is none, and nobody at a terminal is asked.
int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

bool IsP256(const EVP_PKEY* key) {
  char group[64] = {};
  return EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof(group),
                                        nullptr) == 1 &&
         std::strcmp(group, "prime256v1") == 0;
}

Digest KeyDigest(const EVP_PKEY* key) {
  unsigned char* der = nullptr;
  int size = i2d_PUBKEY(key, &der);
  OrDie(size > 0, "encoding a public key");
  Digest digest =
      Sha256(absl::string_view(reinterpret_cast<char*>(der), static_cast<size_t>(size)));
  OPENSSL_free(der);
  return digest;
}

PrivateKey PrivateKey::Generate() {
  KeyPtr key(EVP_EC_gen("P-256"));
  OrDie(key != nullptr, "generating a P-256 key");
  return PrivateKey(std::make_shared<Rep>(Rep{std::move(key)}));
}

absl::StatusOr<PrivateKey> PrivateKey::FromPem(absl::string_view pem) {
  if (pem.size() > kMaxKeyPemBytes) {
    return absl::InvalidArgumentError("reading a private key: larger than 16 KiB");
  }
  KeyPtr key(PEM_read_bio_PrivateKey(ReadFrom(pem).get(), nullptr, NoPassword, nullptr));
  if (key == nullptr) return OpensslError("reading a private key: not an unencrypted PEM key");
  if (!IsP256(key.get())) {
    return absl::InvalidArgumentError("reading a private key: not an ECDSA P-256 key");
  }
  return PrivateKey(std::make_shared<Rep>(Rep{std::move(key)}));
}

std::string PrivateKey::ToPem() const {
  BioPtr bio(BIO_new(BIO_s_secmem()));
  OrDie(bio != nullptr && PEM_write_bio_PKCS8PrivateKey(bio.get(), rep_->key.get(), nullptr,
                                                        nullptr, 0, nullptr, nullptr) == 1,
        "writing a private key");
  return Contents(bio.get());
}

Digest PrivateKey::PublicKeyDigest() const { return KeyDigest(rep_->key.get()); }

}  // namespace muster::pki
