#include "common/servicing/catalog/catalog.h"

#include <openssl/err.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/servicing/catalog/certificate_store.h"
#include "common/servicing/catalog/signed_data.h"
#include "common/servicing/catalog/timestamp.h"
#include "common/servicing/catalog/trust_list.h"

namespace muster::servicing {
namespace {

constexpr size_t kMaxFileBytes = 16 << 20;
constexpr absl::string_view kTrustList = "1.3.6.1.4.1.311.10.1";

// What OpenSSL noted on the way is of no use to the caller, and must not be found by the next one.
class ErrorQueueGuard {
 public:
  ErrorQueueGuard() = default;
  ~ErrorQueueGuard() { ERR_clear_error(); }
  ErrorQueueGuard(const ErrorQueueGuard&) = delete;
  ErrorQueueGuard& operator=(const ErrorQueueGuard&) = delete;
};

absl::Status NoCatalog(absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat("no security catalog: ", why));
}

absl::Status ReadSignature(const SignedData& message, CertificateStore& store, Catalog& catalog) {
  if (message.signers.empty()) return absl::OkStatus();
  const auto signer = ParseSignerInfo(message.signers.front());
  if (!signer.ok()) return signer.status();
  catalog.is_signed = true;
  catalog.digest_algorithm = signer->digest_algorithm;
  const CertificateSet set = ReadCertificates(message, store);
  const SignerCheck check = CheckSigner(*signer, kTrustList, message.content->content, set,
                                        /*allow_bare_digest=*/false);
  catalog.content_matches = check.content_matches;
  catalog.signature_holds = check.content_matches && check.signature_holds;
  if (check.certificate != nullptr) {
    catalog.signer = check.certificate->facts();
    const CertificateChain chain = store.Chain(check.certificate, set);
    catalog.chain_holds = chain.holds;
    for (const StoredCertificate* link : chain.links) catalog.chain.push_back(link->facts());
  }
  catalog.timestamp = ReadTimestamp(*signer, set, store);
  return absl::OkStatus();
}

}  // namespace

bool Certificate::HasEku(absl::string_view oid) const {
  return std::find(extended_key_usages.begin(), extended_key_usages.end(), oid) !=
         extended_key_usages.end();
}

struct CatalogReader::Impl {
  CertificateStore store;
};

CatalogReader::CatalogReader() : impl_(std::make_unique<Impl>()) {}
CatalogReader::~CatalogReader() = default;

absl::StatusOr<Catalog> CatalogReader::Read(absl::string_view bytes) {
  const ErrorQueueGuard guard;
  if (bytes.empty()) return NoCatalog("the file is empty");
  if (bytes.size() > kMaxFileBytes) {
    return NoCatalog(
        absl::StrCat(bytes.size(), " bytes, more than the ", kMaxFileBytes, " that are read"));
  }
  impl_->store.Trim();
  const auto message = ParseSignedData(bytes);
  if (!message.ok()) return NoCatalog(message.status().message());
  if (message->content_type != kTrustList) {
    return NoCatalog(absl::StrCat("content of type ", message->content_type,
                                  ", where a certificate trust list (", kTrustList,
                                  ") was expected"));
  }
  if (!message->content || message->content->tag != kDerSequence) {
    return NoCatalog("the certificate trust list is missing");
  }
  Catalog catalog;
  if (auto status = ReadTrustList(message->content->content, catalog); !status.ok()) {
    return NoCatalog(status.message());
  }
  if (auto status = ReadSignature(*message, impl_->store, catalog); !status.ok()) {
    return NoCatalog(status.message());
  }
  return catalog;
}

absl::StatusOr<Catalog> ParseCatalog(absl::string_view bytes) {
  return CatalogReader().Read(bytes);
}

}  // namespace muster::servicing
