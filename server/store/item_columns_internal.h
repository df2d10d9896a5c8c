// What search needs of an item, taken from its body when it is stored.
#ifndef MUSTER_SERVER_STORE_ITEM_COLUMNS_INTERNAL_H_
#define MUSTER_SERVER_STORE_ITEM_COLUMNS_INTERNAL_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/item_set.h"
#include "muster/v1/inventory.pb.h"

namespace muster::store {

// Storable text; empty is absent.
struct ItemColumns {
  std::string kb = {};
  std::string identity = {};
  std::string name = {};  // of a package (the identity's first part) or a fact
  std::string sha256 = {};
  std::optional<uint32_t> failure_hresult = {};  // of a catalog that fails, or will
  std::optional<absl::Time> breaks_at = {};
};

// INVALID_ARGUMENT, naming the digest, where the item is not a message of `kind` or is larger than
// kMaxItemBytes.
absl::StatusOr<ItemColumns> ColumnsOf(v1::SetKind kind, const Item& item);

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_ITEM_COLUMNS_INTERNAL_H_
