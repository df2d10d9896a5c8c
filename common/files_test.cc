#include "common/files.h"

#include <gtest/gtest.h>
#include <unistd.h>

namespace muster {
namespace {

class FilesTest : public ::testing::Test {
 protected:
  FilesTest() {
    directory_ =
        std::filesystem::temp_directory_path() / ("muster_files_" + std::to_string(getpid()));
    std::filesystem::create_directories(directory_);
  }
  ~FilesTest() override { std::filesystem::remove_all(directory_); }
  std::filesystem::path directory_;
};

TEST_F(FilesTest, ReplacesAndReadsBack) {
  auto path = directory_ / "a";
  ASSERT_TRUE(ReplaceFileContent(path, "one", FileMode::kShared).ok());
  ASSERT_TRUE(ReplaceFileContent(path, std::string("t\0wo", 4), FileMode::kShared).ok());
  EXPECT_EQ(*ReadSmallFile(path), std::string("t\0wo", 4));
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(directory_), {}), 1);
}

TEST_F(FilesTest, ErrorsNameThePath) {
  auto missing = ReadSmallFile(directory_ / "none");
  EXPECT_TRUE(absl::IsNotFound(missing.status()));
  EXPECT_NE(missing.status().message().find("none"), absl::string_view::npos);
  EXPECT_FALSE(ReplaceFileContent(directory_ / "no" / "such", "x", FileMode::kShared).ok());
}

TEST_F(FilesTest, RefusesFilesAboveTheBound) {
  ASSERT_TRUE(
      ReplaceFileContent(directory_ / "big", std::string(1000, 'x'), FileMode::kShared).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(ReadSmallFile(directory_ / "big", 999).status()));
  EXPECT_TRUE(ReadSmallFile(directory_ / "big", 1000).ok());
}

}  // namespace
}  // namespace muster
