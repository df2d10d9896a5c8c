#include <openssl/err.h>

#include "common/pki/openssl_internal.h"

namespace muster::pki {
namespace {

constexpr size_t kMaxRequestBytes = 16 * 1024;

}  // namespace

std::string PrivateKey::CreateSigningRequest(const std::string& common_name) const {
  RequestPtr request(X509_REQ_new());
  OrDie(request != nullptr && X509_REQ_set_version(request.get(), X509_REQ_VERSION_1) == 1 &&
            X509_REQ_set_pubkey(request.get(), rep_->key.get()) == 1,
        "making a signing request");
  // A name that X.509 cannot hold (64 characters) is left out: the authority chooses the name
  // anyway.
  if (X509_NAME_add_entry_by_NID(X509_REQ_get_subject_name(request.get()), NID_commonName,
                                 MBSTRING_UTF8,
                                 reinterpret_cast<const unsigned char*>(common_name.data()),
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    ERR_clear_error();
  }
  OrDie(X509_REQ_sign(request.get(), rep_->key.get(), EVP_sha256()) > 0,
        "signing a signing request");
  unsigned char* der = nullptr;
  int size = i2d_X509_REQ(request.get(), &der);
  OrDie(size > 0, "encoding a signing request");
  std::string result(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return result;
}

absl::StatusOr<RequestPtr> ParseSigningRequest(absl::string_view der) {
  if (der.size() > kMaxRequestBytes) {
    return absl::InvalidArgumentError("the signing request is larger than 16 KiB");
  }
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* end = at + der.size();
  RequestPtr request(d2i_X509_REQ(nullptr, &at, static_cast<long>(der.size())));
  if (request == nullptr)
    return OpensslError("the signing request is not a PKCS#10 request in DER");
  if (at != end) {
    return absl::InvalidArgumentError("bytes follow after the signing request's end");
  }
  EVP_PKEY* key = X509_REQ_get0_pubkey(request.get());
  if (key == nullptr || !IsP256(key)) {
    ERR_clear_error();
    return absl::InvalidArgumentError("the signing request's key is not an ECDSA P-256 key");
  }
  if (X509_REQ_verify(request.get(), key) != 1) {
    ERR_clear_error();
    return absl::InvalidArgumentError(
        "the signing request is not signed with the key that it holds");
  }
  return request;
}

absl::StatusOr<Digest> CheckSigningRequest(absl::string_view der) {
  auto request = ParseSigningRequest(der);
  if (!request.ok()) return request.status();
  return KeyDigest(X509_REQ_get0_pubkey(request->get()));
}

}  // namespace muster::pki
