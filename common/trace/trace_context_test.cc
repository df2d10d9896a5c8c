#include "common/trace/trace_context.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace muster::trace {
namespace {

const std::string kTrace = "4bf92f3577b34da6a3ce929d0e0e4736";
constexpr char kSpan[] = "00f067aa0ba902b7";
const std::string kBoth = absl::StrCat(kTrace, "-", kSpan);

TEST(TraceParentTest, WhatIsParsedIsFormattedAgain) {
  for (const char* flags : {"-00", "-01"}) {
    const std::string text = absl::StrCat("00-", kBoth, flags);
    const auto context = ParseTraceParent(text);
    ASSERT_TRUE(context) << text;
    EXPECT_EQ(ToHex(context->trace), kTrace);
    EXPECT_EQ(ToHex(context->span), kSpan);
    EXPECT_EQ(context->sampled, text.back() == '1');
    EXPECT_EQ(FormatTraceParent(*context), text);
  }
}

TEST(TraceParentTest, OfTheFlagsOneBitCounts) {
  EXPECT_TRUE(ParseTraceParent(absl::StrCat("00-", kBoth, "-09"))->sampled);
  EXPECT_TRUE(ParseTraceParent(absl::StrCat("00-", kBoth, "-ff"))->sampled);
  EXPECT_FALSE(ParseTraceParent(absl::StrCat("00-", kBoth, "-fe"))->sampled);
}

TEST(TraceParentTest, HigherVersionsMayHaveMore) {
  for (const char* rest : {"-01", "-01-", "-01-what-the-future-will-be-like"}) {
    const auto context = ParseTraceParent(absl::StrCat("cc-", kBoth, rest));
    ASSERT_TRUE(context) << rest;
    EXPECT_TRUE(context->sampled);
    EXPECT_EQ(FormatTraceParent(*context), absl::StrCat("00-", kBoth, "-01"));
  }
}

TEST(TraceParentTest, WhatIsMalformedIsNone) {
  const std::string upper = "4BF92F3577B34DA6A3CE929D0E0E4736";
  const std::string zeros(32, '0');
  for (const std::string& text : {
           std::string(),
           std::string("00"),
           absl::StrCat("00-", kBoth, "-"),
           absl::StrCat("00-", kBoth, "-0"),
           absl::StrCat("00-", kBoth, "-0x"),
           absl::StrCat("00-", kBoth, "-01-"),
           absl::StrCat("00-", kBoth, "-01-more"),
           absl::StrCat("00-", kBoth, "-011"),
           absl::StrCat(" 00-", kBoth, "-01"),
           absl::StrCat("00-", kBoth, "-01 "),
           absl::StrCat("ff-", kBoth, "-01"),
           absl::StrCat("cc-", kBoth, "-01.more"),
           absl::StrCat("cc-", kBoth, "-0"),
           absl::StrCat("0x-", kBoth, "-01"),
           absl::StrCat("0-", kBoth, "-001"),
           absl::StrCat("00-", upper, "-", kSpan, "-01"),
           absl::StrCat("00-", kTrace, "-00F067AA0BA902B7-01"),
           absl::StrCat("00-", zeros, "-", kSpan, "-01"),
           absl::StrCat("00-", kTrace, "-0000000000000000-01"),
           absl::StrCat("00_", kTrace, "_", kSpan, "_01"),
           absl::StrCat("00-", kTrace, "x", kSpan, "-01"),
           absl::StrCat("00-", kTrace.substr(0, 31), "g-", kSpan, "-01"),
       }) {
    EXPECT_FALSE(ParseTraceParent(text)) << text;
  }
}

}  // namespace
}  // namespace muster::trace
