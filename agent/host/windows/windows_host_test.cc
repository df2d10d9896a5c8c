#include "agent/host/windows/windows_host.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <windows.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "agent/host/windows/text.h"

namespace muster::host {
namespace {

namespace fs = std::filesystem;

// A folder of the user's on Windows' own volume, gone at the end.
class WindowsHostTest : public ::testing::Test {
 protected:
  WindowsHostTest() {
    wchar_t temp[MAX_PATH] = {};
    GetTempPathW(MAX_PATH, temp);
    wchar_t whole[MAX_PATH] = {};
    GetLongPathNameW(temp, whole, MAX_PATH);
    folder_ = fs::path(whole) / (L"muster-ü-" + std::to_wstring(GetCurrentProcessId()));
    fs::create_directories(folder_);
  }
  ~WindowsHostTest() override {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  // As agent/host/host.h spells the path of what is called `name` in the folder.
  std::string PathOf(const std::string& name) const {
    std::string path = Utf8Of(folder_.wstring()).substr(3) + "\\" + name;
    std::replace(path.begin(), path.end(), '\\', '/');
    return path;
  }
  void Write(const std::wstring& name, const std::string& bytes) const {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  std::string FolderPath() const {
    const std::string path = PathOf("");
    return path.substr(0, path.size() - 1);
  }

  fs::path folder_;
  WindowsHost host_;
};

TEST_F(WindowsHostTest, ListsInByteOrder) {
  Write(L"b.log", "1");
  Write(L"ä.log", "1");
  fs::create_directory(folder_ / L"a");
  const absl::StatusOr<std::vector<Entry>> entries = host_.List(FolderPath());
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 3u);
  EXPECT_EQ((*entries)[0].name, "a");
  EXPECT_EQ((*entries)[0].kind, EntryKind::kDirectory);
  EXPECT_EQ((*entries)[1].name, "b.log");
  EXPECT_EQ((*entries)[1].kind, EntryKind::kFile);
  EXPECT_EQ((*entries)[2].name, "ä.log");
}

TEST_F(WindowsHostTest, AnEmptyFolderIsEmpty) {
  const absl::StatusOr<std::vector<Entry>> entries = host_.List(FolderPath());
  ASSERT_TRUE(entries.ok()) << entries.status();
  EXPECT_TRUE(entries->empty());
}

TEST_F(WindowsHostTest, ReadsAndSeeks) {
  Write(L"CBS.log", "0123456789");
  const absl::StatusOr<std::string> whole = ReadWhole(host_, PathOf("cbs.LOG"), 100);
  ASSERT_TRUE(whole.ok()) << whole.status();
  EXPECT_EQ(*whole, "0123456789");
  absl::StatusOr<std::unique_ptr<FileReader>> reader = host_.Open(PathOf("CBS.log"));
  ASSERT_TRUE(reader.ok()) << reader.status();
  EXPECT_EQ((*reader)->size(), 10u);
  ASSERT_TRUE((*reader)->Seek(7).ok());
  char bytes[8] = {};
  EXPECT_EQ(*(*reader)->Read(absl::MakeSpan(bytes)), 3u);
  EXPECT_EQ(std::string(bytes, 3), "789");
  EXPECT_EQ(*(*reader)->Read(absl::MakeSpan(bytes)), 0u);
}

TEST_F(WindowsHostTest, DoesNotStandInTheWayOfWriters) {
  Write(L"CBS.log", "old");
  const std::wstring path = (folder_ / L"CBS.log").wstring();
  const HANDLE writer = CreateFileW(path.c_str(), GENERIC_WRITE,
                                    FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, nullptr,
                                    OPEN_EXISTING, 0, nullptr);
  ASSERT_NE(writer, INVALID_HANDLE_VALUE);
  absl::StatusOr<std::unique_ptr<FileReader>> reader = host_.Open(PathOf("CBS.log"));
  ASSERT_TRUE(reader.ok()) << reader.status();
  CloseHandle(writer);
  // What the servicing stack does to its log, while it is being read.
  EXPECT_TRUE(MoveFileW(path.c_str(), (folder_ / L"CbsPersist.log").c_str()));
  Write(L"CBS.log", "new");
  char bytes[8] = {};
  ASSERT_EQ(*(*reader)->Read(absl::MakeSpan(bytes)), 3u);
  EXPECT_EQ(std::string(bytes, 3), "old");
  EXPECT_TRUE(DeleteFileW((folder_ / L"CbsPersist.log").c_str()));
}

TEST_F(WindowsHostTest, AFileThatAnotherHasForItselfIsUnavailable) {
  Write(L"locked", "x");
  const HANDLE other = CreateFileW((folder_ / L"locked").c_str(), GENERIC_READ | GENERIC_WRITE, 0,
                                   nullptr, OPEN_EXISTING, 0, nullptr);
  ASSERT_NE(other, INVALID_HANDLE_VALUE);
  EXPECT_EQ(host_.Open(PathOf("locked")).status().code(), absl::StatusCode::kUnavailable);
  CloseHandle(other);
}

TEST_F(WindowsHostTest, SaysWhatIsWrongWithAPath) {
  Write(L"file", "x");
  EXPECT_EQ(host_.Open(PathOf("none")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(host_.Open(PathOf("none/none")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(host_.Stat(PathOf("none")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(host_.List(PathOf("none")).status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(host_.List(PathOf("file")).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(host_.Open(FolderPath()).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(host_.Open(PathOf("../x")).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(WindowsHostTest, StatTellsSizes) {
  Write(L"file", std::string(70'000, 'x'));
  EXPECT_EQ(host_.Stat(PathOf("file"))->size, 70'000u);
  EXPECT_EQ(host_.Stat(FolderPath())->kind, EntryKind::kDirectory);
  EXPECT_EQ(host_.Stat("Windows")->kind, EntryKind::kDirectory);
  EXPECT_EQ(host_.Stat("")->kind, EntryKind::kDirectory);
}

TEST_F(WindowsHostTest, PathsMayBeLongerThan260Characters) {
  std::wstring deep = L"\\\\?\\" + folder_.wstring();
  std::string path = FolderPath();
  for (int i = 0; i < 4; ++i) {
    deep += L"\\" + std::wstring(100, L'd');
    path += "/" + std::string(100, 'd');
    ASSERT_TRUE(CreateDirectoryW(deep.c_str(), nullptr));
  }
  EXPECT_EQ(host_.Stat(path)->kind, EntryKind::kDirectory);
  EXPECT_TRUE(host_.List(path)->empty());
  for (int i = 0; i < 4; ++i) {
    RemoveDirectoryW(deep.c_str());
    deep.resize(deep.size() - 101);
  }
}

TEST_F(WindowsHostTest, LinksLeadNowhere) {
  fs::create_directory(folder_ / L"real");
  Write(L"real\\file", "x");
  std::error_code error;
  fs::create_directory_symlink(folder_ / L"real", folder_ / L"link", error);
  const DWORD attributes = GetFileAttributesW((folder_ / L"link").c_str());
  if (attributes == INVALID_FILE_ATTRIBUTES || (attributes & FILE_ATTRIBUTE_REPARSE_POINT) == 0) {
    GTEST_SKIP() << "this system makes no links for this user";
  }
  EXPECT_EQ(host_.Stat(PathOf("link"))->kind, EntryKind::kOther);
  EXPECT_EQ(host_.List(PathOf("link")).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(host_.Open(PathOf("link/file")).status().code(), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace muster::host
