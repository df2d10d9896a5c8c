#include "common/directory_lock.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <optional>
#include <string>

namespace muster {
namespace {

TEST(DirectoryLock, IsOnesAloneUntilItGoes) {
  const auto directory =
      std::filesystem::temp_directory_path() / ("muster_lock_" + std::to_string(getpid()));
  std::filesystem::create_directories(directory);
  auto first = DirectoryLock::Take(directory);
  ASSERT_TRUE(first.ok()) << first.status();
  std::optional<DirectoryLock> moved = *std::move(first);
  const absl::Status second = DirectoryLock::Take(directory).status();
  EXPECT_EQ(second.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.message()), testing::HasSubstr(directory.string()));
  moved.reset();
  EXPECT_TRUE(DirectoryLock::Take(directory).ok());
  std::filesystem::remove_all(directory);
  EXPECT_EQ(DirectoryLock::Take(directory).status().code(), absl::StatusCode::kNotFound);
}

}  // namespace
}  // namespace muster
