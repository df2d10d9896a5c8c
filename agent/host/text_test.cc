#include "agent/host/text.h"

#include <gtest/gtest.h>

namespace muster::host {
namespace {

TEST(ValidUtf8, KeepsTextAndEscapesWhatIsNone) {
  EXPECT_EQ(ValidUtf8("Größe\n"), "Größe\n");
  EXPECT_EQ(ValidUtf8("a\xff"
                      "b"),
            "a\\xffb");
  EXPECT_EQ(ValidUtf8("\xc3"), "\\xc3");                    // cut short
  EXPECT_EQ(ValidUtf8("\xc0\xaf"), "\\xc0\\xaf");           // overlong
  EXPECT_EQ(ValidUtf8("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // surrogate
}

TEST(ValidUtf8, CutsBetweenCharacters) {
  EXPECT_EQ(ValidUtf8("aöö", 4), "aö…");
  EXPECT_EQ(ValidUtf8("aöö", 5), "aöö");
}

TEST(Displayable, EscapesWhatATerminalWouldObey) {
  EXPECT_EQ(Displayable("a\nb\x1b[31m"), "a\\x0ab\\x1b[31m");
  EXPECT_EQ(Displayable(absl::string_view("a\0b", 3)), "a\\x00b");
  EXPECT_EQ(Displayable("x\xe2\x80\xae"
                        "gpj"),
            "x\\xe2\\x80\\xaegpj");
  EXPECT_EQ(Displayable("Windows/ü"), "Windows/ü");
}

}  // namespace
}  // namespace muster::host
