// What an agent sends is checked here before anything is made of it. Errors are INVALID_ARGUMENT
// and name the field.
#ifndef MUSTER_SERVER_INVENTORY_MESSAGE_CHECKS_H_
#define MUSTER_SERVER_INVENTORY_MESSAGE_CHECKS_H_

#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/item_set.h"
#include "muster/v1/gateway.pb.h"
#include "server/inventory/store.h"

namespace muster::inventory {

inline constexpr size_t kMaxNameBytes = 256;  // of a log, of an update
inline constexpr size_t kMaxOutcomeDetailBytes = 8 * 1024;
inline constexpr size_t kMaxIncidentsPerBatch = 5'000;
inline constexpr size_t kMaxSignatureBytes = 16 * 1024;
inline constexpr size_t kMaxMessageBytes = 8 * 1024;  // of an incident record
inline constexpr size_t kMaxInstallDates = 10'000;

absl::Status CheckInventory(const v1::Inventory& inventory);

struct CheckedSetChange {
  v1::SetKind kind;
  Digest set;
  std::optional<Digest> base;
  SetDifference difference;
};
absl::StatusOr<CheckedSetChange> ReadSetChange(const v1::SetChange& change);

struct CheckedIncidents {
  std::vector<std::pair<Digest, v1::IncidentSignature>> signatures;  // distinct, by digest
  std::vector<IncidentCount> counts;                                 // one a signature
};
absl::StatusOr<CheckedIncidents> ReadIncidents(const v1::IncidentBatch& batch);

}  // namespace muster::inventory

#endif  // MUSTER_SERVER_INVENTORY_MESSAGE_CHECKS_H_
