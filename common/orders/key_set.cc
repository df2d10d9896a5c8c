#include "common/orders/key_set.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "common/orders/signing.h"
#include "common/text_checks.h"

namespace muster::orders {

absl::Status CheckKeySet(const v1::KeySet& set) {
  if (set.serial() == 0) return absl::InvalidArgumentError("key set: its serial begins at 1");
  if (set.keys().empty() || set.keys_size() > kMaxKeys) {
    return absl::InvalidArgumentError(
        absl::StrCat("key set: must hold 1 to ", kMaxKeys, " keys, not ", set.keys_size()));
  }
  std::set<std::string> ids;
  for (const v1::OperatorKey& key : set.keys()) {
    if (key.name().empty()) return absl::InvalidArgumentError("key set: a key has no name");
    if (auto checked = CheckText("key name", key.name()); !checked.ok()) return checked;
    if (key.public_key().size() != pki::kPublicKeyBytes ||
        Sha256(key.public_key()).view() != key.id()) {
      return absl::InvalidArgumentError("key set: a key's id is not the digest of its public key");
    }
    if (!ids.insert(key.id()).second) {
      return absl::InvalidArgumentError("key set: it has one key twice");
    }
  }
  if (set.min_approvals() < 1 || set.min_approvals() > static_cast<uint32_t>(set.keys_size())) {
    return absl::InvalidArgumentError(
        "key set: min_approvals must be at least 1, and at most the number of keys: else nothing "
        "could be approved any more");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::KeySet> Follow(const v1::KeySet* current, const v1::SignedKeySet& next) {
  v1::KeySet set;
  if (!set.ParseFromString(next.key_set())) {
    return absl::InvalidArgumentError("key set: not a serialized key set");
  }
  if (auto checked = CheckKeySet(set); !checked.ok()) return checked;
  const uint64_t expected = current == nullptr ? 1 : current->serial() + 1;
  if (set.serial() != expected) {
    return absl::FailedPreconditionError(absl::StrCat("key set: it has serial ", set.serial(),
                                                      ", the next one is ", expected,
                                                      ": somebody was faster, read the set anew"));
  }
  if (current == nullptr) return set;
  for (const v1::Signature& signature : next.signatures()) {
    const v1::OperatorKey* key = FindKey(*current, signature.key());
    if (key != nullptr && Holds(kKeySetPurpose, *key, next.key_set(), signature)) return set;
  }
  return absl::FailedPreconditionError("key set: no key of the set before has signed it");
}

v1::OperatorKey DescribeKey(const pki::SigningKey& key, const std::string& name) {
  v1::OperatorKey described;
  described.set_id(key.Id().ToBytes());
  described.set_name(name);
  described.set_public_key(key.PublicKey());
  return described;
}

v1::Signature SignKeySet(const pki::SigningKey& key, const std::string& key_set) {
  return SignFor(kKeySetPurpose, key, key_set);
}

const v1::OperatorKey* FindKey(const v1::KeySet& set, const std::string& id) {
  for (const v1::OperatorKey& key : set.keys()) {
    if (key.id() == id) return &key;
  }
  return nullptr;
}

}  // namespace muster::orders
