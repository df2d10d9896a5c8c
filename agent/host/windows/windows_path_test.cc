#include "agent/host/windows/windows_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const WindowsVolume kC{"C:", "C:\\Windows"};
const WindowsVolume kD{"D:", "D:\\WINNT"};
const WindowsVolume kImage{"E:\\images\\win7", "E:\\images\\win7\\Windows"};

TEST(WindowsPath, LeadsBelowTheWindowsFolderWhateverItsName) {
  EXPECT_EQ(*WindowsPath(kC, "Windows/Logs/CBS/CBS.log"), "\\\\?\\C:\\Windows\\Logs\\CBS\\CBS.log");
  EXPECT_EQ(*WindowsPath(kD, "windows/Logs"), "\\\\?\\D:\\WINNT\\Logs");
  EXPECT_EQ(*WindowsPath(kD, "ProgramData/x"), "\\\\?\\D:\\ProgramData\\x");
  EXPECT_EQ(*WindowsPath(kD, "Windows"), "\\\\?\\D:\\WINNT");
  EXPECT_EQ(*WindowsPath(kD, "a/Windows"), "\\\\?\\D:\\a\\Windows");
  EXPECT_EQ(*WindowsPath(kD, ""), "\\\\?\\D:\\");
}

TEST(WindowsPath, LeadsBelowTheFolderOfAnImage) {
  EXPECT_EQ(*WindowsPath(kImage, "Windows/Logs"), "\\\\?\\E:\\images\\win7\\Windows\\Logs");
  EXPECT_EQ(*WindowsPath(kImage, "ProgramData"), "\\\\?\\E:\\images\\win7\\ProgramData");
  EXPECT_EQ(*WindowsPath(kImage, ""), "\\\\?\\E:\\images\\win7\\");
}

TEST(WindowsPath, RefusesWhatWouldMeanSomethingElse) {
  for (const absl::string_view path :
       {"/Windows", "Windows/", "a//b", "Windows/../x", "./a", "a\\..\\b", "a:stream", "a/b*", "a?",
        "C:/Windows", "a\nb", "\"a\"", "a|b"}) {
    EXPECT_EQ(WindowsPath(kC, path).status().code(), absl::StatusCode::kInvalidArgument) << path;
  }
  EXPECT_FALSE(WindowsPath(kC, std::string("a\0b", 3)).ok());
  EXPECT_FALSE(WindowsPath(kC, std::string(40'000, 'a')).ok());
}

TEST(FoldersAbove, ListsThemFromTheRootDownwards) {
  EXPECT_THAT(FoldersAbove(kC, "\\\\?\\C:\\Windows\\Logs\\CBS.log"),
              ElementsAre("\\\\?\\C:\\Windows", "\\\\?\\C:\\Windows\\Logs"));
  EXPECT_THAT(FoldersAbove(kC, "\\\\?\\C:\\Windows"), IsEmpty());
  EXPECT_THAT(FoldersAbove(kC, "\\\\?\\C:\\"), IsEmpty());
  EXPECT_THAT(FoldersAbove(kImage, "\\\\?\\E:\\images\\win7\\Windows\\a.log"),
              ElementsAre("\\\\?\\E:\\images\\win7\\Windows"));
}

}  // namespace
}  // namespace muster::host
