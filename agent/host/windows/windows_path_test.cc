#include "agent/host/windows/windows_path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::host {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(WindowsPath, LeadsBelowTheWindowsFolderWhateverItsName) {
  EXPECT_EQ(*WindowsPath("C:\\Windows", "Windows/Logs/CBS/CBS.log"),
            "\\\\?\\C:\\Windows\\Logs\\CBS\\CBS.log");
  EXPECT_EQ(*WindowsPath("D:\\WINNT", "windows/Logs"), "\\\\?\\D:\\WINNT\\Logs");
  EXPECT_EQ(*WindowsPath("D:\\WINNT", "ProgramData/x"), "\\\\?\\D:\\ProgramData\\x");
  EXPECT_EQ(*WindowsPath("D:\\WINNT", "Windows"), "\\\\?\\D:\\WINNT");
  EXPECT_EQ(*WindowsPath("D:\\WINNT", "a/Windows"), "\\\\?\\D:\\a\\Windows");
  EXPECT_EQ(*WindowsPath("D:\\WINNT", ""), "\\\\?\\D:\\");
}

TEST(WindowsPath, RefusesWhatWouldMeanSomethingElse) {
  for (const absl::string_view path :
       {"/Windows", "Windows/", "a//b", "Windows/../x", "./a", "a\\..\\b", "a:stream", "a/b*", "a?",
        "C:/Windows", "a\nb", "\"a\"", "a|b"}) {
    EXPECT_EQ(WindowsPath("C:\\Windows", path).status().code(), absl::StatusCode::kInvalidArgument)
        << path;
  }
  EXPECT_FALSE(WindowsPath("C:\\Windows", std::string("a\0b", 3)).ok());
  EXPECT_FALSE(WindowsPath("C:\\Windows", std::string(40'000, 'a')).ok());
}

TEST(FoldersAbove, ListsThemFromTheRootDownwards) {
  EXPECT_THAT(FoldersAbove("\\\\?\\C:\\Windows\\Logs\\CBS.log"),
              ElementsAre("\\\\?\\C:\\Windows", "\\\\?\\C:\\Windows\\Logs"));
  EXPECT_THAT(FoldersAbove("\\\\?\\C:\\Windows"), IsEmpty());
  EXPECT_THAT(FoldersAbove("\\\\?\\C:\\"), IsEmpty());
}

}  // namespace
}  // namespace muster::host
