#include "common/pki/signing_key.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>

#include <array>

#include "absl/strings/str_cat.h"
#include "common/pki/openssl_internal.h"

namespace muster::pki {
namespace {

constexpr size_t kMaxPemBytes = 16 * 1024;
constexpr uint64_t kScryptN = 1 << 14, kScryptR = 8, kScryptP = 4;

using InfoPtr = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Deleter<PKCS8_PRIV_KEY_INFO_free>>;
using EncryptedPtr = std::unique_ptr<X509_SIG, Deleter<X509_SIG_free>>;
using ContextPtr = std::unique_ptr<EVP_MD_CTX, Deleter<EVP_MD_CTX_free>>;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct SigningKey::Rep {
  KeyPtr key;
};

SigningKey SigningKey::Generate() {
  KeyPtr key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  OrDie(key != nullptr, "generating an Ed25519 key");
  return SigningKey(std::make_shared<Rep>(Rep{std::move(key)}));
}

absl::StatusOr<SigningKey> SigningKey::FromPem(absl::string_view pem,
                                               absl::string_view passphrase) {
  if (pem.size() > kMaxPemBytes) {
    return absl::InvalidArgumentError("reading an operator key: larger than 16 KiB");
  }
  EncryptedPtr encrypted(PEM_read_bio_PKCS8(ReadFrom(pem).get(), nullptr, nullptr, nullptr));
  if (encrypted == nullptr) {
    return OpensslError("reading an operator key: not one that `musterctl keys new` made");
  }
  InfoPtr info(
      PKCS8_decrypt(encrypted.get(), passphrase.data(), static_cast<int>(passphrase.size())));
  if (info == nullptr) {
    return OpensslError("reading an operator key: the passphrase is not this key's");
  }
  KeyPtr key(EVP_PKCS82PKEY(info.get()));
  if (key == nullptr || EVP_PKEY_is_a(key.get(), "ED25519") != 1) {
    return absl::InvalidArgumentError("reading an operator key: not an Ed25519 key");
  }
  return SigningKey(std::make_shared<Rep>(Rep{std::move(key)}));
}

std::string SigningKey::ToPem(absl::string_view passphrase) const {
  InfoPtr info(EVP_PKEY2PKCS8(rep_->key.get()));
  OrDie(info != nullptr, "encoding an Ed25519 key");
  X509_ALGOR* algorithm =
      PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), nullptr, 0, nullptr, kScryptN, kScryptR, kScryptP);
  OrDie(algorithm != nullptr, "preparing scrypt");
  EncryptedPtr encrypted(PKCS8_set0_pbe(passphrase.data(), static_cast<int>(passphrase.size()),
                                        info.get(), algorithm));
  OrDie(encrypted != nullptr, "encrypting an Ed25519 key");
  BioPtr bio(BIO_new(BIO_s_mem()));
  OrDie(bio != nullptr && PEM_write_bio_PKCS8(bio.get(), encrypted.get()) == 1,
        "writing an Ed25519 key");
  return Contents(bio.get());
}

std::string SigningKey::PublicKey() const {
  std::string bytes(kPublicKeyBytes, '\0');
  size_t size = bytes.size();
  OrDie(EVP_PKEY_get_raw_public_key(rep_->key.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                                    &size) == 1 &&
            size == kPublicKeyBytes,
        "reading an Ed25519 public key");
  return bytes;
}

Digest SigningKey::Id() const { return Sha256(PublicKey()); }

std::string SigningKey::Sign(absl::string_view message) const {
  ContextPtr context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  size_t size = signature.size();
  OrDie(context != nullptr &&
            EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, rep_->key.get()) == 1 &&
            EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                           Bytes(message), message.size()) == 1,
        "signing with Ed25519");
  return signature;
}

bool VerifySignature(absl::string_view public_key, absl::string_view message,
                     absl::string_view signature) {
  if (public_key.size() != kPublicKeyBytes || signature.size() != kSignatureBytes) return false;
  KeyPtr key(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Bytes(public_key), public_key.size()));
  ContextPtr context(EVP_MD_CTX_new());
  return key != nullptr && context != nullptr &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(message),
                          message.size()) == 1;
}

std::string RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  OrDie(RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) == 1,
        "drawing random bytes");
  return bytes;
}

}  // namespace muster::pki
