#include "common/servicing/catalog/certificate_store.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "absl/strings/escaping.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxCertificates = 2048;
constexpr size_t kMaxLinks = 65'536;
constexpr size_t kMaxBytes = 8 << 20;
// Real chains have three or four.
constexpr size_t kMaxChain = 16;

const unsigned char* Octets(absl::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

const EVP_MD* MessageDigest(absl::string_view name) {
  if (name == "sha1") return EVP_sha1();
  if (name == "sha256") return EVP_sha256();
  if (name == "sha384") return EVP_sha384();
  if (name == "sha512") return EVP_sha512();
  if (name == "md5") return EVP_md5();
  return nullptr;
}

std::string CommonName(const X509_NAME* name) {
  const int at = X509_NAME_get_index_by_NID(name, NID_commonName, -1);
  if (at >= 0) {
    unsigned char* text = nullptr;
    const int length =
        ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, at)));
    if (length >= 0) {
      std::string common_name(reinterpret_cast<char*>(text), static_cast<size_t>(length));
      OPENSSL_free(text);
      return common_name;
    }
  }
  std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), BIO_free);
  X509_NAME_print_ex(out.get(), name, 0, XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB);
  char* text = nullptr;
  const long length = BIO_get_mem_data(out.get(), &text);
  return std::string(text, static_cast<size_t>(std::max(length, 0L)));
}

std::string NameDer(const X509_NAME* name) {
  const unsigned char* der = nullptr;
  size_t length = 0;
  if (X509_NAME_get0_der(name, &der, &length) != 1) return "";
  return std::string(reinterpret_cast<const char*>(der), length);
}

std::string SerialOctets(const ASN1_INTEGER* serial) {
  unsigned char* der = nullptr;
  const int length = i2d_ASN1_INTEGER(serial, &der);
  if (length < 2) return "";
  const std::string whole(reinterpret_cast<char*>(der), static_cast<size_t>(length));
  OPENSSL_free(der);
  const size_t header = (static_cast<uint8_t>(whole[1]) & 0x80) != 0
                            ? 2 + (static_cast<uint8_t>(whole[1]) & 0x7f)
                            : 2;
  return whole.substr(std::min(header, whole.size()));
}

std::string SerialText(absl::string_view octets) {
  if (octets.size() > 1 && octets[0] == '\0') octets.remove_prefix(1);
  return absl::BytesToHexString(octets);
}

bool ToTime(const ASN1_TIME* time, absl::Time& out) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return false;
  out = absl::FromTM(parts, absl::UTCTimeZone());
  return true;
}

std::vector<std::string> ExtendedKeyUsages(const X509* certificate) {
  std::vector<std::string> usages;
  std::unique_ptr<EXTENDED_KEY_USAGE, decltype(&EXTENDED_KEY_USAGE_free)> list(
      static_cast<EXTENDED_KEY_USAGE*>(
          X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)),
      EXTENDED_KEY_USAGE_free);
  for (int i = 0; list && i < sk_ASN1_OBJECT_num(list.get()); ++i) {
    char text[128];
    const int length = OBJ_obj2txt(text, sizeof(text), sk_ASN1_OBJECT_value(list.get(), i), 1);
    if (length > 0 && length < static_cast<int>(sizeof(text))) usages.emplace_back(text);
  }
  return usages;
}

// False only where basicConstraints are present and say that it is no certificate authority.
bool MayIssue(const X509* certificate) {
  if (X509_get_ext_by_NID(certificate, NID_basic_constraints, -1) < 0) return true;
  std::unique_ptr<BASIC_CONSTRAINTS, decltype(&BASIC_CONSTRAINTS_free)> constraints(
      static_cast<BASIC_CONSTRAINTS*>(
          X509_get_ext_d2i(certificate, NID_basic_constraints, nullptr, nullptr)),
      BASIC_CONSTRAINTS_free);
  return constraints && constraints->ca != 0;
}

using KeyContext = std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)>;

// The padding holds the digest itself, with no DigestInfo around it.
bool BareDigestVerifies(EVP_PKEY* key, absl::string_view digest, absl::string_view signature) {
  KeyContext context(EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
  if (!context || EVP_PKEY_verify_recover_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1) {
    return false;
  }
  std::string recovered(static_cast<size_t>(EVP_PKEY_get_size(key)), '\0');
  size_t length = recovered.size();
  if (EVP_PKEY_verify_recover(context.get(), reinterpret_cast<unsigned char*>(recovered.data()),
                              &length, Octets(signature), signature.size()) != 1) {
    return false;
  }
  return absl::string_view(recovered).substr(0, length) == digest;
}

}  // namespace

struct StoredCertificate::Handle {
  std::unique_ptr<X509, decltype(&X509_free)> x509{nullptr, X509_free};
  EVP_PKEY* key = nullptr;  // of x509; null where OpenSSL does not know its kind
  bool may_issue = false;
};

StoredCertificate::StoredCertificate() : handle_(std::make_unique<Handle>()) {}
StoredCertificate::~StoredCertificate() = default;

std::unique_ptr<StoredCertificate> StoredCertificate::Parse(absl::string_view der) {
  const unsigned char* at = Octets(der);
  std::unique_ptr<StoredCertificate> stored(new StoredCertificate);
  X509* x509 = d2i_X509(nullptr, &at, static_cast<long>(der.size()));
  stored->handle_->x509.reset(x509);
  if (x509 == nullptr || at != Octets(der) + der.size()) return nullptr;
  stored->handle_->key = X509_get0_pubkey(x509);
  stored->handle_->may_issue = MayIssue(x509);
  stored->subject_ = NameDer(X509_get_subject_name(x509));
  stored->issuer_ = NameDer(X509_get_issuer_name(x509));
  stored->serial_ = SerialOctets(X509_get0_serialNumber(x509));

  Certificate& facts = stored->facts_;
  facts.subject = CommonName(X509_get_subject_name(x509));
  facts.issuer = CommonName(X509_get_issuer_name(x509));
  facts.serial = SerialText(stored->serial_);
  facts.sha1 = absl::BytesToHexString(DigestOf("sha1", der).value_or(""));
  facts.extended_key_usages = ExtendedKeyUsages(x509);
  facts.self_signed = stored->subject_ == stored->issuer_;
  if (!ToTime(X509_get0_notBefore(x509), facts.not_before) ||
      !ToTime(X509_get0_notAfter(x509), facts.not_after)) {
    return nullptr;
  }
  return stored;
}

bool StoredCertificate::IsSignedBy(const StoredCertificate& issuer) const {
  return issuer.handle_->may_issue && issuer.handle_->key != nullptr &&
         X509_verify(handle_->x509.get(), issuer.handle_->key) == 1;
}

bool StoredCertificate::Verifies(absl::string_view digest_algorithm, absl::string_view digest,
                                 absl::string_view signature, bool allow_bare_digest) const {
  const EVP_MD* md = MessageDigest(digest_algorithm);
  EVP_PKEY* key = handle_->key;
  if (md == nullptr || key == nullptr) return false;
  const bool rsa = EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA;
  KeyContext context(EVP_PKEY_CTX_new(key, nullptr), EVP_PKEY_CTX_free);
  if (!context || EVP_PKEY_verify_init(context.get()) != 1 ||
      (rsa && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) != 1) ||
      EVP_PKEY_CTX_set_signature_md(context.get(), md) != 1) {
    return false;
  }
  if (EVP_PKEY_verify(context.get(), Octets(signature), signature.size(), Octets(digest),
                      digest.size()) == 1) {
    return true;
  }
  return allow_bare_digest && rsa && BareDigestVerifies(key, digest, signature);
}

std::optional<std::string> DigestOf(absl::string_view digest_algorithm, absl::string_view data) {
  const EVP_MD* md = MessageDigest(digest_algorithm);
  if (md == nullptr) return std::nullopt;
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  if (EVP_Digest(data.data(), data.size(), digest, &length, md, nullptr) != 1) return std::nullopt;
  return std::string(reinterpret_cast<char*>(digest), length);
}

const StoredCertificate* CertificateStore::Get(absl::string_view der) {
  if (const auto known = certificates_.find(der); known != certificates_.end()) {
    return known->second.get();
  }
  bytes_ += der.size();
  return certificates_.emplace(der, StoredCertificate::Parse(der)).first->second.get();
}

bool CertificateStore::LinkHolds(const StoredCertificate* subject,
                                 const StoredCertificate* issuer) {
  auto [it, added] = links_.try_emplace(Link(subject, issuer), false);
  if (added) it->second = subject->IsSignedBy(*issuer);
  return it->second;
}

CertificateChain CertificateStore::Chain(const StoredCertificate* leaf, const CertificateSet& set) {
  CertificateChain chain;
  chain.links.push_back(leaf);
  while (!chain.links.back()->facts().self_signed && chain.links.size() < kMaxChain) {
    const StoredCertificate* below = chain.links.back();
    const StoredCertificate* above = nullptr;
    bool holds = false;
    for (const StoredCertificate* candidate : set) {
      if (candidate->subject() != below->issuer()) continue;
      holds = LinkHolds(below, candidate);
      above = candidate;
      if (holds) break;
    }
    if (above == nullptr ||
        std::find(chain.links.begin(), chain.links.end(), above) != chain.links.end()) {
      break;
    }
    chain.links.push_back(above);
    chain.holds = chain.holds && holds;
  }
  return chain;
}

void CertificateStore::Trim() {
  if (certificates_.size() <= kMaxCertificates && links_.size() <= kMaxLinks &&
      bytes_ <= kMaxBytes) {
    return;
  }
  links_.clear();
  certificates_.clear();
  bytes_ = 0;
}

}  // namespace muster::servicing
