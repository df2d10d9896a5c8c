// What ReplaceFileContent says with the mode of a file; on Windows its folder decides.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/files.h"

namespace muster {
namespace {

TEST(FilesPosixTest, PrivateFilesAreTheOwnersAlone) {
  const auto path =
      std::filesystem::temp_directory_path() / ("muster_private_" + std::to_string(getpid()));
  ASSERT_TRUE(ReplaceFileContent(path, "secret", FileMode::kPrivate).ok());
  struct stat info {};
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace muster
