#include "agent/bundle/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zip.h>

#include <fstream>
#include <string>

#include "common/files.h"

namespace muster::bundle {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class ArchiveTest : public ::testing::Test {
 protected:
  ArchiveTest()
      : root_(fs::temp_directory_path() / ("muster_archive_" + std::to_string(getpid()))) {
    fs::remove_all(root_);
    fs::create_directories(root_);
  }
  ~ArchiveTest() override { fs::remove_all(root_); }

  // An archive with entries of these names, each with this content.
  fs::path Archive(const std::vector<std::string>& names, const std::string& content = "x",
                   uint32_t unix_mode = 0) {
    const fs::path path = root_ / "a.zip";
    zip_t* archive = zip_open(path.string().c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
    for (const std::string& name : names) {
      zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
      const zip_int64_t index = zip_file_add(archive, name.c_str(), source, ZIP_FL_ENC_UTF_8);
      if (unix_mode != 0 && index >= 0) {
        zip_file_set_external_attributes(archive, static_cast<zip_uint64_t>(index), 0,
                                         ZIP_OPSYS_UNIX, unix_mode << 16);
      }
    }
    EXPECT_EQ(zip_close(archive), 0);
    return path;
  }
  absl::Status Unpack(const fs::path& archive, const UnpackLimits& limits = {}) {
    return UnpackArchive(archive, root_ / "out", limits);
  }

  const fs::path root_;
};

TEST_F(ArchiveTest, GivesBackWhatWasPacked) {
  fs::create_directories(root_ / "in/empty");
  fs::create_directories(root_ / "in/ae/b");
  std::ofstream(root_ / "in/ae/b/c.log", std::ios::binary) << "line\r\n";
  ASSERT_TRUE(PackFolder(root_ / "in", root_ / "a.zip").ok());
  const absl::Status status = Unpack(root_ / "a.zip");
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(*ReadSmallFile(root_ / "out/ae/b/c.log"), "line\r\n");
  EXPECT_TRUE(fs::is_directory(root_ / "out/empty"));
}

TEST_F(ArchiveTest, RefusesNamesThatLeadElsewhere) {
  for (const char* name :
       {"../x", "a/../../x", "/etc/x", "C:/x", "a\\..\\x", "a:stream", "a/./b", "x.", "a\nb"}) {
    const absl::Status status = Unpack(Archive({name}));
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << name << ": " << status;
    EXPECT_FALSE(fs::exists(root_ / "x"));
  }
}

TEST_F(ArchiveTest, RefusesLinks) {
  EXPECT_TRUE(absl::IsInvalidArgument(Unpack(Archive({"link"}, "/etc/passwd", 0120777))));
}

TEST_F(ArchiveTest, RefusesOneNameTwiceWhateverItsCase) {
  EXPECT_THAT(std::string(Unpack(Archive({"a/b", "A/B"})).message()), HasSubstr("twice"));
}

TEST_F(ArchiveTest, RefusesWhatWouldFillTheDisk) {
  const std::string zeros(1024 * 1024, '\0');
  EXPECT_TRUE(absl::IsResourceExhausted(Unpack(Archive({"a"}, zeros), {.max_bytes = 1000})));
  EXPECT_TRUE(absl::IsResourceExhausted(Unpack(Archive({"a", "b"}), {.max_entries = 1})));
}

TEST_F(ArchiveTest, RefusesWhatIsCutOffOrNoArchive) {
  const std::string whole = *ReadSmallFile(Archive({"a"}, std::string(5000, 'x')));
  for (const size_t size : {size_t{0}, size_t{10}, whole.size() / 2, whole.size() - 1}) {
    const fs::path path = root_ / "cut.zip";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << whole.substr(0, size);
    EXPECT_FALSE(Unpack(path).ok()) << size;
  }
}

TEST_F(ArchiveTest, RefusesChangedContent) {
  const fs::path path = Archive({"a"}, std::string(5000, 'x') + "secret");
  std::string bytes = *ReadSmallFile(path);
  bytes[40] = static_cast<char>(bytes[40] ^ 0x55);
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
  EXPECT_FALSE(Unpack(path).ok());
}

}  // namespace
}  // namespace muster::bundle
