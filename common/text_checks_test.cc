#include "common/text_checks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace muster {
namespace {

using ::testing::HasSubstr;

TEST(TextChecksTest, TakesTextOfAnyLanguage) {
  for (const char* text : {"", "PC-00001", "München", "日本", "🖥"}) {
    EXPECT_TRUE(CheckText("name", text).ok()) << text;
  }
}

TEST(TextChecksTest, RefusesWhatATerminalOrADatabaseWouldChokeOn) {
  for (const std::string& text :
       {std::string("a\0b", 3), std::string("a\nb"), std::string("\x1b[31m"),
        std::string("\xc2\x9b"), std::string("\xff"), std::string("\xc0\x80"),
        std::string("\xed\xa0\x80"), std::string("caf\xc3"), std::string(257, 'x')}) {
    absl::Status status = CheckText("site", text);
    EXPECT_TRUE(absl::IsInvalidArgument(status)) << testing::PrintToString(text);
    EXPECT_THAT(std::string(status.message()), HasSubstr("site"));
  }
}

TEST(TextChecksTest, AMachineHasAName) {
  v1::MachineAttributes attributes;
  EXPECT_FALSE(CheckAttributes(attributes).ok());
  attributes.set_name("PC1");
  EXPECT_TRUE(CheckAttributes(attributes).ok());
  attributes.set_domain("a\tb");
  EXPECT_THAT(std::string(CheckAttributes(attributes).message()), HasSubstr("attributes.domain"));
}

}  // namespace
}  // namespace muster
