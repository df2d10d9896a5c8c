#include "common/incoming_file.h"

#include <gtest/gtest.h>

#include <string>

namespace muster {
namespace {

namespace fs = std::filesystem;

class IncomingFileTest : public ::testing::Test {
 protected:
  IncomingFileTest() { fs::remove_all(folder_); }
  ~IncomingFileTest() override { fs::remove_all(folder_); }

  const fs::path folder_ =
      fs::temp_directory_path() / ::testing::UnitTest::GetInstance()->current_test_info()->name();
};

TEST_F(IncomingFileTest, IsReadAsItCameAndGoesWithItsObject) {
  auto file = IncomingFile::Create(folder_, "a.bin", 1'000'000);
  ASSERT_TRUE(file.ok()) << file.status();
  const std::string first(300'000, 'a'), second(10, 'b');
  ASSERT_TRUE((*file)->Append(first).ok());
  ASSERT_TRUE((*file)->Append(second).ok());
  auto digest = (*file)->Finish();
  ASSERT_TRUE(digest.ok());
  EXPECT_EQ(*digest, Sha256(first + second));
  EXPECT_EQ((*file)->size(), 300'010u);
  std::string read;
  for (;;) {
    auto piece = (*file)->ReadNext();
    ASSERT_TRUE(piece.ok()) << piece.status();
    if (piece->empty()) break;
    read += *piece;
  }
  EXPECT_EQ(read, first + second);
  file->reset();
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(IncomingFileTest, TakesNoByteMoreThanItMay) {
  auto file = IncomingFile::Create(folder_, "a.bin", 10);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_TRUE((*file)->Append("0123456789").ok());
  EXPECT_TRUE(absl::IsResourceExhausted((*file)->Append("0")));
  EXPECT_EQ((*file)->size(), 10u);
}

TEST_F(IncomingFileTest, AFolderThatCannotBeWrittenIsSaid) {
  auto file = IncomingFile::Create("/proc/nowhere", "a.bin", 10);
  EXPECT_TRUE(absl::IsResourceExhausted(file.status())) << file.status();
}

}  // namespace
}  // namespace muster
