#include "common/orders/source.h"

#include <gtest/gtest.h>

namespace muster::orders {
namespace {

bool IsWell(absl::string_view source) { return CheckSource("sources", source).ok(); }

TEST(SourceTest, FoldersAndAddressesAreTaken) {
  for (const char* source :
       {"\\\\server\\share\\updates", "D:\\Updates für PCs", "/srv/updates", "http://dp1",
        "https://dp1.example.com/", "HTTP://dp1:8080/a/b%20c/", "http://10.1.2.3:65535",
        "http://[fe80::1]:80/x", "http://[::1]", "http://dp/a(b)~c"}) {
    EXPECT_TRUE(IsWell(source)) << source << ": " << CheckSource("sources", source);
  }
  EXPECT_TRUE(IsWell("\\\\s\\" + std::string(1000, 'x')));
}

TEST(SourceTest, WhatIsNeitherIsRefusedWithTheFieldsName) {
  for (const char* source : {"",
                             "ftp://dp1/",
                             "file:///c:/x",
                             "http:/dp1",
                             "https:dp1",
                             "http://",
                             "http:///x",
                             "http://:80",
                             "http://dp1:",
                             "http://dp1:0",
                             "http://dp1:65536",
                             "http://dp1:8a",
                             "http://dp1:+80",
                             "http://d p1/",
                             "http://dp1/a b",
                             "http://dp1\\x",
                             "http://dp1/a\\b",
                             "http://user:secret@dp1/",
                             "http://dp1/?x=1",
                             "http://dp1?x",
                             "http://dp1/#x",
                             "http://dp1/%",
                             "http://dp1/%2",
                             "http://dp1/%zz",
                             "http://dp1/ü",
                             "http://[::1",
                             "http://[]",
                             "http://[x]",
                             "http://dp1/\n",
                             "\\\\server\\a\tb",
                             "\\\\server\\\xff"}) {
    const absl::Status checked = CheckSource("action.sources[2]", source);
    EXPECT_TRUE(absl::IsInvalidArgument(checked)) << source;
    EXPECT_EQ(checked.message().find("action.sources[2]: "), 0u) << checked;
  }
  EXPECT_FALSE(IsWell("http://" + std::string(254, 'x')));
  EXPECT_FALSE(IsWell("\\\\s\\" + std::string(1024, 'x')));
  // To its end, not only in its first bytes.
  EXPECT_FALSE(IsWell("\\\\s\\" + std::string(500, 'x') + "\n"));
}

TEST(SourceTest, AFilesNameGoesBehindAsOnePiece) {
  EXPECT_TRUE(IsUrl("HTTPS://dp"));
  EXPECT_FALSE(IsUrl("\\\\server\\http"));
  EXPECT_EQ(FileUrl("http://dp/u/", "Windows6.1-KB1-x64.msu"),
            "http://dp/u/Windows6.1-KB1-x64.msu");
  EXPECT_EQ(FileUrl("http://dp", "a b+(1).msu"), "http://dp/a%20b%2B%281%29.msu");
}

}  // namespace
}  // namespace muster::orders
