#include "agent/sync/acknowledgements.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "common/files.h"

namespace muster::sync {
namespace {

class AcknowledgementFileTest : public ::testing::Test {
 protected:
  AcknowledgementFileTest()
      : directory_(std::filesystem::temp_directory_path() /
                   ("muster_ack_" + std::to_string(getpid()))) {}
  ~AcknowledgementFileTest() override { std::filesystem::remove_all(directory_); }

  std::unique_ptr<AcknowledgementFile> Open() {
    return *AcknowledgementFile::Open((directory_ / "state").string());
  }
  std::shared_ptr<SetList> MakeList(std::vector<std::string> items) {
    ItemSet set(v1::CATALOGS, std::move(items));
    return std::make_shared<SetList>(SetList{set.digest(), set.ItemDigests()});
  }
  std::filesystem::path directory_;
};

TEST_F(AcknowledgementFileTest, SurvivesARestart) {
  auto list = MakeList({"a", "b"});
  v1::LogPosition position;
  position.set_offset(77);
  {
    auto file = Open();
    ASSERT_TRUE(file->SetBase(v1::CATALOGS, list).ok());
    ASSERT_TRUE(file->SetPosition("CBS.log", position).ok());
  }
  auto file = Open();
  ASSERT_NE(file->Base(v1::CATALOGS), nullptr);
  EXPECT_EQ(file->Base(v1::CATALOGS)->digest, list->digest);
  EXPECT_EQ(file->Base(v1::CATALOGS)->items, list->items);
  EXPECT_EQ(file->Base(v1::UPDATES), nullptr);
  EXPECT_EQ(file->Position("CBS.log").offset(), 77u);
  EXPECT_EQ(file->Position("other.log").offset(), 0u);
}

TEST_F(AcknowledgementFileTest, DamagedFilesAreAsIfTheyWereNotThere) {
  ASSERT_TRUE(Open()->SetBase(v1::CATALOGS, MakeList({"a"})).ok());
  ASSERT_TRUE(
      ReplaceFileContent(directory_ / "state" / "set-3", "half a dig", FileMode::kPrivate).ok());
  ASSERT_TRUE(
      ReplaceFileContent(directory_ / "state" / "position-CBS.log", "\xff\xff", FileMode::kPrivate)
          .ok());
  auto file = Open();
  EXPECT_EQ(file->Base(v1::CATALOGS), nullptr);
  EXPECT_EQ(file->Position("CBS.log").offset(), 0u);
}

TEST_F(AcknowledgementFileTest, ALogsNameIsNoPath) {
  EXPECT_FALSE(Open()->SetPosition("../outside", {}).ok());
  EXPECT_FALSE(std::filesystem::exists(directory_ / "outside"));
}

TEST_F(AcknowledgementFileTest, SaysWhyAFolderCannotBeMade) {
  ASSERT_TRUE(std::filesystem::create_directories(directory_));
  ASSERT_TRUE(ReplaceFileContent(directory_ / "file", "x", FileMode::kShared).ok());
  auto opened = AcknowledgementFile::Open((directory_ / "file" / "state").string());
  ASSERT_FALSE(opened.ok());
  EXPECT_NE(opened.status().message().find("state"), absl::string_view::npos);
}

}  // namespace
}  // namespace muster::sync
