#include "server/inventory/filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"

namespace muster::inventory {
namespace {

using ::testing::HasSubstr;

std::string Parsed(const std::string& text) {
  const auto filter = ParseFilter(text, MachineFields());
  return filter.ok() ? FilterText(*filter) : filter.status().ToString();
}

struct Reading {
  const char* filter;
  const char* meaning;
};

class Readings : public testing::TestWithParam<Reading> {};
TEST_P(Readings, MeansThis) { EXPECT_EQ(Parsed(GetParam().filter), GetParam().meaning); }

const Reading kReadings[] = {
    {"", ""},
    {"  \t\n", ""},
    {"verdict = AFFECTED", "verdict = AFFECTED"},
    {"verdict=at_risk", "verdict = AT_RISK"},
    {"verdict != CLEAN", "NOT verdict = CLEAN"},
    {"site = A domain = B", "(site = \"A\" AND domain = \"B\")"},
    {"site = A AND domain = B", "(site = \"A\" AND domain = \"B\")"},
    // AIP-160: OR binds tighter than AND.
    {"site = A AND site = B OR site = C", "(site = \"A\" AND (site = \"B\" OR site = \"C\"))"},
    {"site = A OR site = B AND site = C", "((site = \"A\" OR site = \"B\") AND site = \"C\")"},
    {"(site = A AND site = B) OR site = C", "((site = \"A\" AND site = \"B\") OR site = \"C\")"},
    {"NOT site = A OR site = B", "(NOT site = \"A\" OR site = \"B\")"},
    {"-(site = A OR site = B)", "NOT (site = \"A\" OR site = \"B\")"},
    {"- site = A", "NOT site = \"A\""},
    {"site = NORTH", "site = \"NORTH\""},
    {"site = ANDORRA OR site = ORB", "(site = \"ANDORRA\" OR site = \"ORB\")"},
    {"name = 'PC 01'", "name = \"PC 01\""},
    {R"(name = "a\"b\\c\*d")", R"(name = "a\"b\\c\*d")"},
    {"name = PC-*-07", "name = \"PC-*-07\""},
    {"name = **", "name = \"*\""},
    {"name:PC", "name = \"*PC*\""},
    {"site:*", "site : *"},
    {"site:**", "site : *"},
    {"-site != A", "site = \"A\""},
    {"package:Package_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1",
     "package = \"Package_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1\""},
    {"package = Package_for_KB2705219~*", "package = \"Package_for_KB2705219~*\""},
    {"update:2705219", "update = KB2705219"},
    {"-update = kb2749655", "NOT update = KB2749655"},
    {"hresult = 0x800B0101", "hresult = 0x800B0101"},
    {"hresult = 2148204801", "hresult = 0x800B0101"},
    {"hresult = -2146762495", "hresult = 0x800B0101"},
    {"hresult = 0", "hresult = 0x00000000"},
    {"last_seen < 2013-07-01T02:00:00+02:00", "last_seen < 2013-07-01T00:00:00+00:00"},
    {"breaks_at >= 2013-06-26", "breaks_at >= 2013-06-26T00:00:00+00:00"},
    {"breaks_at:*", "breaks_at : *"},
    {"catalog = 00000000000000000000000000000000000000000000000000000000000000AB",
     "catalog = 00000000000000000000000000000000000000000000000000000000000000ab"},
};
INSTANTIATE_TEST_SUITE_P(, Readings, testing::ValuesIn(kReadings));

struct Mistake {
  const char* filter;
  const char* complaint;
};

class Mistakes : public testing::TestWithParam<Mistake> {};
TEST_P(Mistakes, IsToldWithItsPlace) {
  const auto filter = ParseFilter(GetParam().filter, MachineFields());
  ASSERT_FALSE(filter.ok()) << FilterText(*filter);
  EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(filter.status().message()), HasSubstr(GetParam().complaint));
}

const Mistake kMistakes[] = {
    {"colour = red", "byte 1: there is no field 'colour'; there are verdict, rule, name"},
    {"site = A AND colour = red", "byte 14: there is no field 'colour'"},
    {"site = A and domain = B", "byte 10: a comparison is expected here, not 'and'"},
    {"site = A AND", "byte 13: a field name is expected"},
    {"AND site = A", "not 'AND'"},
    {"NOT NOT site = A", "byte 5: a comparison is expected here, not 'NOT'"},
    {"site", "byte 5: an operator is expected"},
    {"site ~ A", "byte 6: an operator is expected"},
    {"site =", "a value is expected here"},
    {"site = OR site = B", "byte 8: a value is expected here"},
    {"site < A", "byte 6: '<' does not go with site; use = != :"},
    {"verdict = BROKEN",
     "byte 11: 'BROKEN' is no value of verdict: write one of AFFECTED, AT_RISK"},
    {"verdict = *", "is no value of verdict"},
    {"last_seen < yesterday", "byte 13: 'yesterday' is no value of last_seen"},
    {"last_seen < infinite-future", "is no value of last_seen"},
    {"last_seen < 2013-02-30", "is no value of last_seen"},
    {"last_seen < 99999-01-01", "last_seen"},
    {"hresult = CERT_E_EXPIRED", "is no value of hresult"},
    {"hresult = 0x800B01010", "is no value of hresult"},
    {"hresult = 4294967296", "is no value of hresult"},
    {"hresult = -2147483649", "is no value of hresult"},
    {"update = KB27*", "is no value of update"},
    {"catalog = ab", "write 64 hexadecimal digits"},
    {"name = \"PC", "byte 8: this quote is never closed"},
    {"name = \"PC\\", "a backslash stands before"},
    {"name = \"PC\\n\"", "a backslash stands before"},
    {"name = a\"b", "quote the whole value"},
    {"name = *a*b*c*d*e*f*g*h*i", "more than 8 wildcards"},
    {"(site = A", "byte 1: this '(' is never closed"},
    {"site = A)", "byte 9: this ')' was never opened"},
    {"()", "a field name is expected"},
    {"site = A\x01", "byte 9: a control byte"},
};
INSTANTIATE_TEST_SUITE_P(, Mistakes, testing::ValuesIn(kMistakes));

bool IsFilter(const std::string& text) { return ParseFilter(text, MachineFields()).ok(); }

TEST(Filter, IsBounded) {
  const auto nested = [](size_t depth) {
    return std::string(depth, '(') + "site = A" + std::string(depth, ')');
  };
  EXPECT_TRUE(IsFilter(nested(kMaxFilterDepth)));
  EXPECT_FALSE(IsFilter(nested(kMaxFilterDepth + 1)));
  EXPECT_FALSE(IsFilter(std::string(kMaxFilterBytes, '(')));
  EXPECT_FALSE(IsFilter(std::string(kMaxFilterBytes, '-')));

  std::string many = "site = A";
  for (size_t i = 1; i < kMaxFilterComparisons; ++i) many += " site = A";
  EXPECT_TRUE(IsFilter(many));
  EXPECT_FALSE(IsFilter(many + " site = A"));

  EXPECT_TRUE(IsFilter("site = A" + std::string(kMaxFilterBytes - 8, ' ')));
  EXPECT_FALSE(IsFilter("site = A" + std::string(kMaxFilterBytes - 7, ' ')));
}

TEST(Filter, ANulIsNoValue) { EXPECT_FALSE(IsFilter(std::string("site = A\0B", 10))); }

TEST(Filter, WhatItPrintsItReads) {
  for (const Reading& reading : kReadings) {
    if (absl::string_view(reading.meaning).empty()) continue;
    EXPECT_EQ(Parsed(reading.meaning), reading.meaning);
  }
}

// Any text ends in a filter or in an INVALID_ARGUMENT.
TEST(Filter, TakesAnyText) {
  static constexpr const char* kPieces[] = {"site", "verdict", "=",   "!=", ":",    "(",   ")",
                                            "AND",  "OR",      "NOT", "-",  "\"",   "'",   "*",
                                            "\\",   " ",       "A",   "0x", "\xff", "KB1", "<="};
  std::mt19937 random(1);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (int n = random() % 12; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    const auto filter = ParseFilter(text, MachineFields());
    if (filter.ok()) {
      EXPECT_EQ(Parsed(FilterText(*filter)), FilterText(*filter)) << text;
    } else {
      EXPECT_EQ(filter.status().code(), absl::StatusCode::kInvalidArgument) << text;
    }
  }
}

}  // namespace
}  // namespace muster::inventory
