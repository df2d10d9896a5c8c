// The Merkle tree over a campaign's targets, so that one signature covers any number of machines
// and each can prove that it is among them. Trees, roots and audit paths as RFC 6962, section 2.1,
// has them; a leaf is a machine's id.
#ifndef MUSTER_COMMON_ORDERS_MERKLE_H_
#define MUSTER_COMMON_ORDERS_MERKLE_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "common/digest.h"

namespace muster::orders {

// Immutable. Keeps every node: 64 bytes a target.
class MerkleTree {
 public:
  // `machines` ascending and distinct, at least one.
  explicit MerkleTree(std::vector<Digest> machines);

  const Digest& root() const { return levels_.back().front(); }
  uint64_t size() const { return levels_.front().size(); }
  // The siblings of leaf `leaf` from the bottom up.
  std::vector<Digest> Proof(uint64_t leaf) const;

 private:
  // A level's last node, where it has no sibling, stands on the next one as it is.
  std::vector<std::vector<Digest>> levels_;
};

// Whether `machine` is leaf number `leaf` of `size` under this root.
bool VerifyProof(const Digest& root, uint64_t size, uint64_t leaf, const Digest& machine,
                 absl::Span<const Digest> proof);

}  // namespace muster::orders

#endif  // MUSTER_COMMON_ORDERS_MERKLE_H_
