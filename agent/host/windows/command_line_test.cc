#include "agent/host/windows/command_line.h"

#include <gtest/gtest.h>

namespace muster::host {
namespace {

TEST(QuoteArgument, LeavesAloneWhatNeedsNoQuotes) {
  EXPECT_EQ(QuoteArgument("/quiet"), "/quiet");
  EXPECT_EQ(QuoteArgument("C:\\Work\\update.msu"), "C:\\Work\\update.msu");
  EXPECT_EQ(QuoteArgument("C:\\Work\\"), "C:\\Work\\");
  EXPECT_EQ(QuoteArgument("\\\\server\\share"), "\\\\server\\share");
  EXPECT_EQ(QuoteArgument("-F:Windows*.cab"), "-F:Windows*.cab");
}

TEST(QuoteArgument, KeepsTogetherWhatHasSpaces) {
  EXPECT_EQ(QuoteArgument(""), "\"\"");
  EXPECT_EQ(QuoteArgument("a b"), "\"a b\"");
  EXPECT_EQ(QuoteArgument("a\tb"), "\"a\tb\"");
  EXPECT_EQ(QuoteArgument("/log:C:\\My Work\\wusa.evtx"), "\"/log:C:\\My Work\\wusa.evtx\"");
}

TEST(QuoteArgument, DoublesBackslashesOnlyBeforeAQuote) {
  EXPECT_EQ(QuoteArgument("C:\\My Work\\"), "\"C:\\My Work\\\\\"");
  EXPECT_EQ(QuoteArgument("a\"b"), "\"a\\\"b\"");
  EXPECT_EQ(QuoteArgument("a\\\"b"), "\"a\\\\\\\"b\"");
  EXPECT_EQ(QuoteArgument("a \\b"), "\"a \\b\"");
  EXPECT_EQ(QuoteArgument("\" /extract:C:\\"), "\"\\\" /extract:C:\\\\\"");
}

TEST(CommandLineOf, PutsTheProgramFirst) {
  EXPECT_EQ(*CommandLineOf("C:\\Windows\\System32\\wusa.exe", {"C:\\a b.msu", "/quiet"}),
            "C:\\Windows\\System32\\wusa.exe \"C:\\a b.msu\" /quiet");
  EXPECT_EQ(*CommandLineOf("C:\\a b\\wusa.exe", {}), "\"C:\\a b\\wusa.exe\"");
}

TEST(CommandLineOf, RefusesWhatCannotBePassed) {
  EXPECT_EQ(CommandLineOf("a", {std::string("b\0c", 3)}).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(CommandLineOf("a", {std::string(40'000, 'b')}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace muster::host
