#include "tests/testdata/authority.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <map>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/synchronization/mutex.h"
#include "tests/testdata/der_writer.h"

namespace muster::testdata {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using X509Pointer = std::unique_ptr<X509, decltype(&X509_free)>;

Key MakeKey() { return Key(EVP_RSA_gen(2048), EVP_PKEY_free); }

const char* SubjectOf(Role role) {
  switch (role) {
    case Role::kSigner:
      return "Microsoft Windows (test)";
    case Role::kTimeStampService:
      return "Microsoft Time-Stamp Service (test)";
    case Role::kTimeStampAuthority:
      return "Microsoft Time-Stamp PCA (test)";
    case Role::kVerificationAuthority:
    case Role::kFalseVerificationAuthority:
    case Role::kPowerlessVerificationAuthority:
      return "Microsoft Windows Verification PCA (test)";
  }
  return "";
}

const char* IssuerOf(Role role) {
  switch (role) {
    case Role::kSigner:
      return SubjectOf(Role::kVerificationAuthority);
    case Role::kTimeStampService:
      return SubjectOf(Role::kTimeStampAuthority);
    default:
      return "Microsoft Root Certificate Authority (test)";
  }
}

bool IsAuthority(Role role) { return role != Role::kSigner && role != Role::kTimeStampService; }

std::string NameDer(const char* common_name) {
  const auto part = [](const char* oid, absl::string_view text) {
    return DerSet(DerSequence(absl::StrCat(DerOid(oid), Der(0x13, text))));
  };
  return DerSequence(
      absl::StrCat(part("2.5.4.6", "US"), part("2.5.4.10", "Muster test data"),
                   DerSet(DerSequence(absl::StrCat(DerOid("2.5.4.3"), Der(0x0c, common_name))))));
}

void SetName(X509* x509, const char* common_name, bool subject) {
  const std::string der = NameDer(common_name);
  const auto* at = reinterpret_cast<const unsigned char*>(der.data());
  X509_NAME* name = d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size()));
  subject ? X509_set_subject_name(x509, name) : X509_set_issuer_name(x509, name);
  X509_NAME_free(name);
}

void AddExtension(X509* x509, int nid, const std::string& value) {
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  X509_add_ext(x509, extension, -1);
  X509_EXTENSION_free(extension);
}

}  // namespace

struct Authority::Impl {
  Key authority = MakeKey();
  Key signer = MakeKey();
  Key time_stamp = MakeKey();
  Key foreign = MakeKey();
  absl::Mutex mutex;
  std::map<std::string, IssuedCertificate> issued ABSL_GUARDED_BY(mutex);

  EVP_PKEY* KeyOf(Role role) const {
    switch (role) {
      case Role::kSigner:
        return signer.get();
      case Role::kTimeStampService:
        return time_stamp.get();
      case Role::kFalseVerificationAuthority:
        return foreign.get();
      default:
        return authority.get();
    }
  }
};

Authority::Authority() : impl_(std::make_unique<Impl>()) {}
Authority::~Authority() = default;

Authority& Authority::OfProcess() {
  static Authority authority;
  return authority;
}

IssuedCertificate Authority::Issue(const CertificateSpec& spec) {
  const std::string key = absl::StrCat(
      static_cast<int>(spec.role), " ", absl::ToUnixSeconds(spec.not_before), " ",
      absl::ToUnixSeconds(spec.not_after), " ", absl::StrJoin(spec.extended_key_usages, ","));
  absl::MutexLock lock(&impl_->mutex);
  auto [it, added] = impl_->issued.try_emplace(key);
  if (!added) return it->second;

  X509Pointer x509(X509_new(), X509_free);
  X509_set_version(x509.get(), X509_VERSION_3);
  // 16 octets that follow from the specification; positive.
  std::string serial = DigestBytes("sha256", key).substr(0, 16);
  serial[0] = static_cast<char>(0x33);
  BIGNUM* number = BN_bin2bn(reinterpret_cast<const unsigned char*>(serial.data()), 16, nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(x509.get()));
  BN_free(number);
  SetName(x509.get(), SubjectOf(spec.role), true);
  SetName(x509.get(), IssuerOf(spec.role), false);
  ASN1_TIME_set(X509_getm_notBefore(x509.get()), absl::ToTimeT(spec.not_before));
  ASN1_TIME_set(X509_getm_notAfter(x509.get()), absl::ToTimeT(spec.not_after));
  X509_set_pubkey(x509.get(), impl_->KeyOf(spec.role));
  if (IsAuthority(spec.role)) {
    AddExtension(x509.get(), NID_basic_constraints,
                 spec.role == Role::kPowerlessVerificationAuthority ? "critical,CA:FALSE"
                                                                    : "critical,CA:TRUE");
  }
  if (!spec.extended_key_usages.empty()) {
    AddExtension(x509.get(), NID_ext_key_usage, absl::StrJoin(spec.extended_key_usages, ","));
  }
  X509_sign(x509.get(), impl_->authority.get(), EVP_sha256());

  unsigned char* der = nullptr;
  const int length = i2d_X509(x509.get(), &der);
  it->second.der.assign(reinterpret_cast<char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  it->second.issuer_and_serial =
      DerSequence(absl::StrCat(NameDer(IssuerOf(spec.role)), Der(0x02, serial)));
  return it->second;
}

std::string Authority::Sign(Role role, absl::string_view digest_algorithm,
                            absl::string_view message) const {
  EVP_PKEY* key = impl_->KeyOf(role);
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
  std::string signature(static_cast<size_t>(EVP_PKEY_get_size(key)), '\0');
  size_t length = signature.size();
  EVP_DigestSignInit(context.get(), nullptr, digest_algorithm == "sha1" ? EVP_sha1() : EVP_sha256(),
                     nullptr, key);
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &length,
                 reinterpret_cast<const unsigned char*>(message.data()), message.size());
  return signature.substr(0, length);
}

std::string DigestBytes(absl::string_view digest_algorithm, absl::string_view data) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(data.data(), data.size(), digest, &length,
             digest_algorithm == "sha1" ? EVP_sha1() : EVP_sha256(), nullptr);
  return std::string(reinterpret_cast<char*>(digest), length);
}

}  // namespace muster::testdata
