#include "common/orders/merkle.h"

#include <string>
#include <utility>

namespace muster::orders {
namespace {

// Different beginnings, so that no node passes for a leaf.
Digest LeafOf(const Digest& machine) {
  std::string bytes(1, '\0');
  bytes += machine.ToBytes();
  return Sha256(bytes);
}

Digest NodeOf(const Digest& left, const Digest& right) {
  std::string bytes(1, '\1');
  bytes += left.ToBytes();
  bytes += right.ToBytes();
  return Sha256(bytes);
}

}  // namespace

MerkleTree::MerkleTree(std::vector<Digest> machines) {
  for (Digest& machine : machines) machine = LeafOf(machine);
  levels_.push_back(std::move(machines));
  while (levels_.back().size() > 1) {
    const std::vector<Digest>& below = levels_.back();
    std::vector<Digest> level;
    level.reserve((below.size() + 1) / 2);
    for (size_t i = 0; i + 1 < below.size(); i += 2) {
      level.push_back(NodeOf(below[i], below[i + 1]));
    }
    if (below.size() % 2 == 1) level.push_back(below.back());
    levels_.push_back(std::move(level));
  }
}

std::vector<Digest> MerkleTree::Proof(uint64_t leaf) const {
  std::vector<Digest> proof;
  for (size_t level = 0; level + 1 < levels_.size(); ++level, leaf /= 2) {
    const uint64_t sibling = leaf ^ 1;
    if (sibling < levels_[level].size()) proof.push_back(levels_[level][sibling]);
  }
  return proof;
}

bool VerifyProof(const Digest& root, uint64_t size, uint64_t leaf, const Digest& machine,
                 absl::Span<const Digest> proof) {
  if (leaf >= size) return false;
  Digest node = LeafOf(machine);
  size_t used = 0;
  for (; size > 1; leaf /= 2, size = (size + 1) / 2) {
    if ((leaf ^ 1) >= size) continue;  // alone on this level
    if (used == proof.size()) return false;
    const Digest& sibling = proof[used++];
    node = leaf % 2 == 0 ? NodeOf(node, sibling) : NodeOf(sibling, node);
  }
  return used == proof.size() && node == root;
}

}  // namespace muster::orders
