// The operator keys that agents obey, and how one set of them follows another: signed by a key of
// the one before. Pure.
#ifndef MUSTER_COMMON_ORDERS_KEY_SET_H_
#define MUSTER_COMMON_ORDERS_KEY_SET_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/digest.h"
#include "common/pki/signing_key.h"
#include "muster/v1/order.pb.h"

namespace muster::orders {

inline constexpr int kMaxKeys = 64;

// INVALID_ARGUMENT where it is not well formed: no keys or too many, two of one id, an id that is
// not its key's digest, a name that is no plain text, min_approvals outside of 1 to the number of
// keys, serial 0.
absl::Status CheckKeySet(const v1::KeySet& set);

// The set that `next` holds, where it may follow `current`: its serial is the next one, and a key
// of `current` signed it. FAILED_PRECONDITION or INVALID_ARGUMENT otherwise. Null `current`: the
// first set, which needs no signature.
absl::StatusOr<v1::KeySet> Follow(const v1::KeySet* current, const v1::SignedKeySet& next);

v1::OperatorKey DescribeKey(const pki::SigningKey& key, const std::string& name);
v1::Signature SignKeySet(const pki::SigningKey& key, const std::string& key_set);

// Null where the set has no such key.
const v1::OperatorKey* FindKey(const v1::KeySet& set, const std::string& id);

}  // namespace muster::orders

#endif  // MUSTER_COMMON_ORDERS_KEY_SET_H_
