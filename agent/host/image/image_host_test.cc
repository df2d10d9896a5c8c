#include "agent/host/image/image_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

namespace muster::host {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ImageHostTest : public ::testing::Test {
 protected:
  ImageHostTest() {
    std::string pattern = (fs::temp_directory_path() / "muster-image-XXXXXX").string();
    root_ = mkdtemp(pattern.data());
  }
  ~ImageHostTest() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& bytes) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << bytes;
  }
  std::unique_ptr<ImageHost> Volume() {
    auto host = ImageHost::OpenVolume(root_);
    EXPECT_TRUE(host.ok()) << host.status();
    return host.ok() ? *std::move(host) : nullptr;
  }

  fs::path root_;
};

TEST_F(ImageHostTest, FindsNamesWhateverTheirCase) {
  Write("WINDOWS/Servicing/packages/A.Mum", "hello");
  const auto host = Volume();
  EXPECT_EQ(*ReadWhole(*host, "Windows/servicing/Packages/a.mum", 100), "hello");
  const auto entries = host->List("windows/SERVICING/Packages");
  ASSERT_TRUE(entries.ok());
  ASSERT_EQ(entries->size(), 1u);
  EXPECT_EQ((*entries)[0].name, "A.Mum");
}

TEST_F(ImageHostTest, TakesTheNameAsAskedBeforeOneOfAnotherCase) {
  Write("Windows/Logs/CBS/CBS.log", "exact");
  Write("Windows/Logs/CBS/CBS.LOG", "capitals");
  Write("Windows/Logs/CBS/cBS.log", "small");
  const auto host = Volume();
  EXPECT_EQ(*ReadWhole(*host, "Windows/Logs/CBS/CBS.log", 100), "exact");
  EXPECT_EQ(*ReadWhole(*host, "Windows/Logs/CBS/cbs.log", 100), "capitals");
}

TEST_F(ImageHostTest, FollowsNoLinkOutOfTheVolumeNorRoundALoop) {
  Write("Windows/Logs/CBS/CBS.log", "x");
  fs::create_directory_symlink("..", root_ / "Windows/loop");
  fs::create_symlink("/etc/passwd", root_ / "Windows/Logs/CBS/CheckSUR.log");
  fs::create_symlink("self", root_ / "Windows/self");
  const auto host = Volume();
  const auto loop = host->List("Windows/loop/Windows/loop");
  EXPECT_EQ(loop.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(loop.status().message(), HasSubstr("symbolic link"));
  EXPECT_EQ(host->List("Windows/self").status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(host->Open("Windows/Logs/CBS/CheckSUR.log").status().code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(ImageHostTest, OpensNoPipe) {
  Write("Windows/Logs/CBS/other.log", "x");
  ASSERT_EQ(mkfifo((root_ / "Windows/Logs/CBS/CBS.log").c_str(), 0600), 0);
  const auto host = Volume();
  EXPECT_EQ(host->Open("Windows/Logs/CBS/CBS.log").status().code(),
            absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(host->Stat("Windows/Logs/CBS/CBS.log")->kind, EntryKind::kOther);
}

TEST_F(ImageHostTest, RefusesPathsThatClimb) {
  Write("Windows/Logs/CBS/CBS.log", "x");
  const auto host = Volume();
  for (const absl::string_view path :
       {absl::string_view("Windows/../x"), absl::string_view("/etc/passwd"),
        absl::string_view("Windows//Logs"), absl::string_view("Windows/a\0b", 11)}) {
    EXPECT_EQ(host->Open(path).status().code(), absl::StatusCode::kInvalidArgument) << path;
  }
}

TEST_F(ImageHostTest, KeepsNamesWithNewlinesAndShowsThemEscaped) {
  Write("Windows/Logs/CBS/a\nb.log", "text");
  const auto host = Volume();
  EXPECT_EQ((*host->List("Windows/Logs/CBS"))[0].name, "a\nb.log");
  EXPECT_EQ(*ReadWhole(*host, "Windows/Logs/CBS/a\nb.log", 10), "text");
  EXPECT_THAT(host->Open("Windows/Logs/CBS/c\nd.log").status().message(), HasSubstr("c\\x0ad.log"));
}

TEST_F(ImageHostTest, ReadsNoMoreThanAskedFor) {
  Write("Windows/Logs/CBS/CBS.log", "12345");
  const auto host = Volume();
  EXPECT_EQ(*ReadWhole(*host, "Windows/Logs/CBS/CBS.log", 5), "12345");
  EXPECT_EQ(ReadWhole(*host, "Windows/Logs/CBS/CBS.log", 4).status().code(),
            absl::StatusCode::kResourceExhausted);
}

TEST_F(ImageHostTest, SaysWhatIsMissingOfAVolume) {
  const auto empty = ImageHost::OpenVolume(root_).status();
  EXPECT_EQ(empty.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(empty.message(), HasSubstr("no directory Windows"));
  fs::create_directories(root_ / "windows");
  EXPECT_THAT(ImageHost::OpenVolume(root_).status().message(),
              HasSubstr("neither servicing/Packages"));
  fs::create_directories(root_ / "windows/servicing/packages");
  EXPECT_TRUE(ImageHost::OpenVolume(root_).ok());
  EXPECT_THAT(ImageHost::OpenVolume(root_ / "windows").status().message(),
              HasSubstr("give the root of the volume"));
}

TEST_F(ImageHostTest, TakesAVolumeWhoseFirstWindowsFolderIsEmpty) {
  fs::create_directories(root_ / "Windows");
  fs::create_directories(root_ / "windows/servicing/Packages");
  EXPECT_TRUE(ImageHost::OpenVolume(root_).ok());
}

TEST_F(ImageHostTest, SaysWhyARootCannotBeOpened) {
  EXPECT_EQ(ImageHost::OpenVolume(root_ / "none").status().code(), absl::StatusCode::kNotFound);
  Write("file.wim", "MSWIM");
  const auto file = ImageHost::OpenVolume(root_ / "file.wim").status();
  EXPECT_EQ(file.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(file.message(), HasSubstr("mount or unpack"));
}

}  // namespace
}  // namespace muster::host
