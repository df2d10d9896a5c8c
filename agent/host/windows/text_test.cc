#include "agent/host/windows/text.h"

#include <gtest/gtest.h>

namespace muster::host {
namespace {

TEST(Text, GoesThereAndBack) {
  EXPECT_EQ(WideOf("Ä€😀"), L"Ä€\xD83D\xDE00");
  EXPECT_EQ(Utf8Of(WideOf("Ä€😀")), "Ä€😀");
  EXPECT_EQ(WideOf(""), L"");
  EXPECT_EQ(Utf8Of(L""), "");
}

TEST(Text, WhatIsNoTextBecomesAReplacement) {
  EXPECT_EQ(Utf8Of(L"a\xD83D"), "a\xEF\xBF\xBD");
  EXPECT_EQ(WideOf("a\xff"), L"a\xFFFD");
}

TEST(Text, KeepsNuls) { EXPECT_EQ(Utf8Of({L"a\0b", 3}), std::string("a\0b", 3)); }

}  // namespace
}  // namespace muster::host
