// Ed25519 signatures (RFC 8032): the operators' keys, which no server has.
#ifndef MUSTER_COMMON_PKI_SIGNING_KEY_H_
#define MUSTER_COMMON_PKI_SIGNING_KEY_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/digest.h"

namespace muster::pki {

inline constexpr size_t kPublicKeyBytes = 32;
inline constexpr size_t kSignatureBytes = 64;

// Immutable, shareable between threads.
class SigningKey {
 public:
  static SigningKey Generate();
  // INVALID_ARGUMENT for anything but an Ed25519 key in PKCS#8 PEM, encrypted with this passphrase.
  static absl::StatusOr<SigningKey> FromPem(absl::string_view pem, absl::string_view passphrase);

  // PKCS#8 PEM, encrypted with AES-256 under scrypt (RFC 7914, N = 2^14, p = 4: a tenth of a second and 16
  // MiB a guess).
  std::string ToPem(absl::string_view passphrase) const;

  std::string PublicKey() const;  // 32 bytes
  // SHA-256 over PublicKey.
  Digest Id() const;
  std::string Sign(absl::string_view message) const;  // 64 bytes

  struct Rep;
  explicit SigningKey(std::shared_ptr<const Rep> rep) : rep_(std::move(rep)) {}

 private:
  std::shared_ptr<const Rep> rep_;
};

// Whether `signature` is this key's over `message`. False also where key or signature have another
// length.
bool VerifySignature(absl::string_view public_key, absl::string_view message,
                     absl::string_view signature);

// `count` random bytes from the system's generator.
std::string RandomBytes(size_t count);

}  // namespace muster::pki

#endif  // MUSTER_COMMON_PKI_SIGNING_KEY_H_
