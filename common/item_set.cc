#include "common/item_set.h"

#include <algorithm>
#include <functional>
#include <iterator>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace muster {
namespace {

bool AscendingAndDistinct(absl::Span<const Digest> digests) {
  return std::adjacent_find(digests.begin(), digests.end(), std::greater_equal<>()) ==
         digests.end();
}

}  // namespace

ItemSet::ItemSet(v1::SetKind kind, std::vector<std::string> items) : kind_(kind) {
  items_.reserve(items.size());
  for (std::string& bytes : items) {
    Digest digest = Sha256(bytes);
    items_.push_back({digest, std::move(bytes)});
  }
  std::ranges::sort(items_, {}, &Item::digest);
  auto same = [](const Item& a, const Item& b) { return a.digest == b.digest; };
  items_.erase(std::unique(items_.begin(), items_.end(), same), items_.end());
  digest_ = SetDigest(kind_, ItemDigests());
}

std::vector<Digest> ItemSet::ItemDigests() const {
  std::vector<Digest> digests;
  digests.reserve(items_.size());
  for (const Item& item : items_) digests.push_back(item.digest);
  return digests;
}

const Item* ItemSet::Find(const Digest& digest) const {
  auto it = std::ranges::lower_bound(items_, digest, {}, &Item::digest);
  return it != items_.end() && it->digest == digest ? &*it : nullptr;
}

Digest SetDigest(v1::SetKind kind, absl::Span<const Digest> item_digests) {
  Sha256Stream stream;
  const char kind_byte = static_cast<char>(kind);
  stream.Update(absl::string_view(&kind_byte, 1));
  for (const Digest& digest : item_digests) stream.Update(digest.view());
  return stream.Finish();
}

SetDifference Difference(absl::Span<const Digest> base, absl::Span<const Digest> target) {
  SetDifference difference;
  std::ranges::set_difference(target, base, std::back_inserter(difference.added));
  std::ranges::set_difference(base, target, std::back_inserter(difference.removed));
  return difference;
}

absl::StatusOr<std::vector<Digest>> ApplyDifference(absl::Span<const Digest> base,
                                                    const SetDifference& difference) {
  if (!AscendingAndDistinct(difference.added) || !AscendingAndDistinct(difference.removed)) {
    return absl::InvalidArgumentError("a set change's digests must be ascending and distinct");
  }
  if (!std::ranges::includes(base, difference.removed)) {
    return absl::InvalidArgumentError("a set change removes an item that its base does not have");
  }
  std::vector<Digest> kept;
  std::ranges::set_difference(base, difference.removed, std::back_inserter(kept));
  std::vector<Digest> result;
  result.reserve(kept.size() + difference.added.size());
  std::ranges::merge(kept, difference.added, std::back_inserter(result));
  if (!AscendingAndDistinct(result)) {
    return absl::InvalidArgumentError("a set change adds an item that its base already has");
  }
  if (result.size() > kMaxItemsPerSet) {
    return absl::InvalidArgumentError(
        absl::StrCat("a set has at most ", kMaxItemsPerSet, " items, this one ", result.size()));
  }
  return result;
}

}  // namespace muster
