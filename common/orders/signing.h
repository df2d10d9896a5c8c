// What a signature of each purpose is over: a line that names the purpose, then the bytes. A
// signature for one purpose never passes for another. For the files of this folder alone.
#ifndef MUSTER_COMMON_ORDERS_SIGNING_H_
#define MUSTER_COMMON_ORDERS_SIGNING_H_

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/pki/signing_key.h"
#include "muster/v1/order.pb.h"

namespace muster::orders {

inline constexpr char kKeySetPurpose[] = "Muster operator key set, format 1\n";
inline constexpr char kManifestPurpose[] = "Muster order manifest, format 1\n";

inline v1::Signature SignFor(const char* purpose, const pki::SigningKey& key,
                             const std::string& bytes) {
  v1::Signature signature;
  signature.set_key(key.Id().ToBytes());
  signature.set_value(key.Sign(absl::StrCat(purpose, bytes)));
  return signature;
}

inline bool Holds(const char* purpose, const v1::OperatorKey& key, const std::string& bytes,
                  const v1::Signature& signature) {
  return pki::VerifySignature(key.public_key(), absl::StrCat(purpose, bytes), signature.value());
}

}  // namespace muster::orders

#endif  // MUSTER_COMMON_ORDERS_SIGNING_H_
