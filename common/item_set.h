// Content-addressed sets: how a fleet of clones says the same thing once (docs/formats/sets.md).
#ifndef MUSTER_COMMON_ITEM_SET_H_
#define MUSTER_COMMON_ITEM_SET_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/digest.h"
#include "muster/v1/inventory.pb.h"

namespace muster {

// No set has more items than this; a Windows 7 machine has a few thousand of a kind.
inline constexpr size_t kMaxItemsPerSet = 65'536;
// No item is larger, serialized.
inline constexpr size_t kMaxItemBytes = 64 * 1024;

struct Item {
  Digest digest;
  std::string bytes;  // one serialized Update, Package, Catalog or Fact
};

// An inventory kind's items, sorted by digest, without duplicates. Immutable once made, so that any
// number of threads and simulated machines may share one.
class ItemSet {
 public:
  // Hashes and sorts `items` (serialized messages of `kind`).
  ItemSet(v1::SetKind kind, std::vector<std::string> items);

  v1::SetKind kind() const { return kind_; }
  const Digest& digest() const { return digest_; }
  const std::vector<Item>& items() const { return items_; }
  // The items' digests, ascending.
  std::vector<Digest> ItemDigests() const;
  // The item with this digest, or null.
  const Item* Find(const Digest& digest) const;

 private:
  v1::SetKind kind_;
  std::vector<Item> items_;
  Digest digest_;
};

// A set's digest: SHA-256 over one byte that is its kind's number, then its items' digests, which
// must be ascending and distinct. The kind keeps the empty sets of two kinds apart (docs/adr/0002).
Digest SetDigest(v1::SetKind kind, absl::Span<const Digest> item_digests);

// What turns `base` into `target`; all lists ascending and distinct.
struct SetDifference {
  std::vector<Digest> added;
  std::vector<Digest> removed;
};
SetDifference Difference(absl::Span<const Digest> base, absl::Span<const Digest> target);

// base - removed + added. INVALID_ARGUMENT where a list is not ascending and distinct, `removed`
// names what base lacks, `added` what it has, or the result has more than kMaxItemsPerSet items.
absl::StatusOr<std::vector<Digest>> ApplyDifference(absl::Span<const Digest> base,
                                                    const SetDifference& difference);

}  // namespace muster

#endif  // MUSTER_COMMON_ITEM_SET_H_
