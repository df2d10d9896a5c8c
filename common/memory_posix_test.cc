#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <vector>

#include "common/memory.h"

namespace muster {
namespace {

size_t ResidentBytes() {
  size_t total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

TEST(MemoryTest, WhatWasFreedBetweenWhatIsUsedGoesBack) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer's allocator has ways of its own";
#endif
  constexpr size_t kBlock = 1024, kBlocks = 64 * 1024;
  std::vector<std::unique_ptr<char[]>> blocks;
  for (size_t i = 0; i < kBlocks; ++i) blocks.push_back(std::make_unique<char[]>(kBlock));
  for (size_t i = 0; i < kBlocks; ++i) {
    if (i % 256 != 0) blocks[i].reset();
  }
  const size_t before = ResidentBytes();
  ReleaseFreeMemory();
  EXPECT_LT(ResidentBytes() + kBlock * kBlocks / 2, before);
}

}  // namespace
}  // namespace muster
