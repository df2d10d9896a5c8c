#include "common/digest.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace muster {

struct Sha256Stream::Context {
  EVP_MD_CTX* md = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(md); }
};

std::string Digest::ToHex() const { return absl::BytesToHexString(view()); }

absl::StatusOr<Digest> Digest::FromBytes(absl::string_view bytes) {
  if (bytes.size() != kSize) {
    return absl::InvalidArgumentError(
        absl::StrCat("a SHA-256 digest has ", kSize, " bytes, this has ", bytes.size()));
  }
  Digest digest;
  std::memcpy(digest.bytes.data(), bytes.data(), kSize);
  return digest;
}

absl::StatusOr<Digest> Digest::FromHex(absl::string_view hex) {
  if (hex.size() != 2 * kSize ||
      !std::all_of(hex.begin(), hex.end(), [](char c) { return absl::ascii_isxdigit(c); })) {
    return absl::InvalidArgumentError("a SHA-256 digest is written as 64 hexadecimal digits");
  }
  return FromBytes(absl::HexStringToBytes(hex));
}

Digest Sha256(absl::string_view data) {
  Digest digest;
  EVP_Digest(data.data(), data.size(), digest.bytes.data(), nullptr, EVP_sha256(), nullptr);
  return digest;
}

Digest HmacSha256(absl::string_view key, absl::string_view data) {
  Digest digest;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const uint8_t*>(data.data()), data.size(), digest.bytes.data(), nullptr);
  return digest;
}

Sha256Stream::Sha256Stream() : context_(std::make_unique<Context>()) {
  EVP_DigestInit_ex(context_->md, EVP_sha256(), nullptr);
}

Sha256Stream::~Sha256Stream() = default;

void Sha256Stream::Update(absl::string_view data) {
  EVP_DigestUpdate(context_->md, data.data(), data.size());
}

Digest Sha256Stream::Finish() {
  Digest digest;
  EVP_DigestFinal_ex(context_->md, digest.bytes.data(), nullptr);
  return digest;
}

}  // namespace muster
