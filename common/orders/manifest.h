// Order manifests: what makes one whole, who signed it, and whether it is meant for a machine.
// Pure: server, agent and musterctl share it.
#ifndef MUSTER_COMMON_ORDERS_MANIFEST_H_
#define MUSTER_COMMON_ORDERS_MANIFEST_H_

#include <string>
#include <variant>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/digest.h"
#include "common/pki/signing_key.h"
#include "muster/v1/order.pb.h"

namespace muster::orders {

inline constexpr uint32_t kManifestFormat = 1;
inline constexpr uint32_t kMaxAttempts = 10;
inline constexpr absl::Duration kMaxValidity = absl::Hours(24 * 90);
inline constexpr size_t kMaxManifestBytes = 64 * 1024;

// INVALID_ARGUMENT names the field that is not well formed or outside of its range.
absl::Status CheckAction(const v1::Action& action);
absl::Status CheckManifest(const v1::OrderManifest& manifest);

// "installs KB2749655 (Windows6.1-KB2749655-x64.msu)".
std::string DescribeAction(const v1::Action& action);
// The payload that the action needs; null where it needs none.
const v1::Payload* PayloadOf(const v1::Action& action);

v1::Signature SignManifest(const pki::SigningKey& key, const std::string& manifest);
// Of `signatures`, how many different keys of `keys` really signed these bytes.
uint32_t CountApprovals(const v1::KeySet& keys, const v1::SignedManifest& manifest);

// What an order of this manifest to this machine is called in journals: SHA-256 over the manifest's
// digest, the machine's id and the attempt.
Digest OrderId(const Digest& manifest, const Digest& machine, uint32_t attempt);

// An order that passed every check.
struct CheckedOrder {
  v1::OrderManifest manifest;
  Digest id;
};

// Whether `machine`, having pinned `keys` (null: none), may obey `order` at `now`; the refusal
// otherwise, as a status of state REFUSED.
std::variant<CheckedOrder, v1::OrderStatus> CheckOrder(const v1::KeySet* keys,
                                                       const Digest& machine,
                                                       const v1::Order& order, absl::Time now);

}  // namespace muster::orders

#endif  // MUSTER_COMMON_ORDERS_MANIFEST_H_
