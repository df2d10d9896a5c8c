#include "server/identity/password.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace muster::identity {
namespace {

using ::testing::StartsWith;

constexpr PasswordCost kCheap{.memory_kib = 64, .passes = 1, .lanes = 1};

TEST(PasswordHasherTest, OnlyThePasswordItselfVerifies) {
  PasswordHasher hasher(kCheap);
  const std::string hash = hasher.Hash("correct horse battery");
  EXPECT_THAT(hash, StartsWith("$argon2id$v=19$m=64,t=1,p=1$"));
  EXPECT_TRUE(hasher.Verify("correct horse battery", hash));
  EXPECT_FALSE(hasher.Verify("correct horse batter", hash));
  EXPECT_FALSE(hasher.Verify("", hash));
  EXPECT_NE(hasher.Hash("correct horse battery"), hash);  // salted
}

TEST(PasswordHasherTest, NobodysHashVerifiesNothing) {
  PasswordHasher hasher(kCheap);
  EXPECT_FALSE(hasher.Verify("", ""));
  EXPECT_FALSE(hasher.Verify("anything", ""));
  EXPECT_FALSE(hasher.Verify("anything", "$argon2id$v=19$m=64,t=1,p=1$broken"));
}

TEST(PasswordHasherTest, AHashOfAnotherCostVerifiesAndIsOutdated) {
  PasswordHasher then(kCheap), now({.memory_kib = 128, .passes = 2, .lanes = 1});
  const std::string hash = then.Hash("correct horse battery");
  EXPECT_TRUE(now.Verify("correct horse battery", hash));
  EXPECT_TRUE(now.IsOutdated(hash));
  EXPECT_FALSE(then.IsOutdated(hash));
}

TEST(PasswordHasherTest, ManyAtOnceWaitTheirTurn) {
  PasswordHasher hasher(kCheap, /*at_once=*/2);
  const std::string hash = hasher.Hash("correct horse battery");
  std::vector<std::thread> threads;
  std::atomic<int> verified = 0;
  for (int i = 0; i < 16; ++i) {
    threads.emplace_back([&] { verified += hasher.Verify("correct horse battery", hash); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(verified, 16);
}

}  // namespace
}  // namespace muster::identity
