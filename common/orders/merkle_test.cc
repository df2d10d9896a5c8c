#include "common/orders/merkle.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace muster::orders {
namespace {

std::vector<Digest> Machines(int count) {
  std::vector<Digest> machines;
  for (int i = 0; i < count; ++i) machines.push_back(Sha256(absl::StrCat("machine ", i)));
  std::sort(machines.begin(), machines.end());
  return machines;
}

TEST(MerkleTest, EveryTargetOfEverySizeHasItsProofAndNoOther) {
  for (int size = 1; size <= 70; ++size) {
    const std::vector<Digest> machines = Machines(size);
    const MerkleTree tree(machines);
    for (int leaf = 0; leaf < size; ++leaf) {
      const std::vector<Digest> proof = tree.Proof(leaf);
      ASSERT_TRUE(VerifyProof(tree.root(), size, leaf, machines[leaf], proof))
          << size << " " << leaf;
      EXPECT_FALSE(VerifyProof(tree.root(), size, leaf, Sha256("another"), proof));
      EXPECT_FALSE(VerifyProof(tree.root(), size, size, machines[leaf], proof));
      if (size > 1) {
        EXPECT_FALSE(VerifyProof(tree.root(), size, (leaf + 1) % size, machines[leaf], proof));
        std::vector<Digest> shorter(proof.begin(), proof.end() - 1);
        EXPECT_FALSE(VerifyProof(tree.root(), size, leaf, machines[leaf], shorter));
      }
      std::vector<Digest> longer = proof;
      longer.push_back(Digest());
      EXPECT_FALSE(VerifyProof(tree.root(), size, leaf, machines[leaf], longer));
    }
  }
}

TEST(MerkleTest, AnInnerNodeIsNoMachine) {
  const std::vector<Digest> machines = Machines(4);
  const MerkleTree tree(machines);
  // The node over the first two, shown as if it were one of two leaves.
  const std::vector<Digest> proof = tree.Proof(2);
  EXPECT_FALSE(VerifyProof(tree.root(), 2, 0, proof[1], {{tree.Proof(0)[1]}}));
}

// RFC 6962, section 2.1.3, builds the tree of seven as here: its root over other leaves would
// differ, so only the shape of the proofs is looked at.
TEST(MerkleTest, ProofsHaveTheStandardsLengths) {
  const MerkleTree tree(Machines(7));
  EXPECT_EQ(tree.Proof(0).size(), 3u);
  EXPECT_EQ(tree.Proof(3).size(), 3u);
  EXPECT_EQ(tree.Proof(4).size(), 3u);
  EXPECT_EQ(tree.Proof(6).size(), 2u);
}

}  // namespace
}  // namespace muster::orders
