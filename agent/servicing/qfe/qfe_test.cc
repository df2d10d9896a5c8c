#include "agent/servicing/qfe/qfe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/strip.h"

namespace muster::servicing {
namespace {

using ::testing::HasSubstr;

std::string DayOf(absl::string_view text, DateOrder order = DateOrder::kUnknown) {
  const absl::StatusOr<InstalledOn> read = ParseInstalledOn(text, order);
  if (!read.ok()) return "unreadable";
  return read->day ? absl::FormatCivilTime(*read->day) : "none";
}

TEST(KbOfQfeRow, ReadsTheSpellingsInUse) {
  EXPECT_EQ(KbOfQfeRow("KB2705219", ""), "KB2705219");
  EXPECT_EQ(KbOfQfeRow(" kb976098-v2 ", "SP4"), "KB976098");
  EXPECT_EQ(KbOfQfeRow("KB976098v3", ""), "KB976098");
  EXPECT_EQ(KbOfQfeRow("Q147222", ""), "KB147222");
  EXPECT_EQ(KbOfQfeRow("File 1", "KB2079403"), "KB2079403");
}

TEST(KbOfQfeRow, IsEmptyWhereTheRowNamesNoUpdate) {
  EXPECT_EQ(KbOfQfeRow("File 1", ""), "");
  EXPECT_EQ(KbOfQfeRow("", "KB2079403"), "");
  EXPECT_EQ(KbOfQfeRow("KB", ""), "");
  EXPECT_EQ(KbOfQfeRow("KB12x", ""), "");
  EXPECT_EQ(KbOfQfeRow("{B2B7C4D0-0000}", ""), "");
  EXPECT_EQ(KbOfQfeRow("KB99999999999", ""), "");
}

TEST(ParseInstalledOn, ReadsEveryFormat) {
  EXPECT_EQ(DayOf("3/2/2017"), "2017-03-02");
  EXPECT_EQ(DayOf("22/2/2022"), "2022-02-22");
  EXPECT_EQ(DayOf("02.03.2017"), "2017-03-02");
  EXPECT_EQ(DayOf("2017-03-02"), "2017-03-02");
  EXPECT_EQ(DayOf("2017/3/2"), "2017-03-02");
  EXPECT_EQ(DayOf("2017. 03. 02."), "2017-03-02");
  EXPECT_EQ(DayOf("20170302"), "2017-03-02");
  EXPECT_EQ(DayOf("2017302"), "2017-03-02");
  EXPECT_EQ(DayOf("20170302093000.000000+060"), "2017-03-02");
  EXPECT_EQ(DayOf(" 3/2/2017\r\n"), "2017-03-02");
}

TEST(ParseInstalledOn, FiletimeIsInUtc) {
  const absl::StatusOr<InstalledOn> read =
      ParseInstalledOn("01ce762939748f80", DateOrder::kUnknown);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(absl::FormatTime("%Y-%m-%dT%H:%M:%S", *read->time, absl::UTCTimeZone()),
            "2013-07-01T07:04:27");
  EXPECT_EQ(DayOf("01CE762939748F80"), "2013-07-01");
}

TEST(ParseInstalledOn, DmtfOffsetMovesTheDay) {
  EXPECT_EQ(DayOf("20170302003000.000000+060"), "2017-03-01");
  EXPECT_EQ(DayOf("20170302233000.000000-060"), "2017-03-03");
  EXPECT_EQ(DayOf("20170302000000.******+***"), "2017-03-02");
}

TEST(ParseInstalledOn, EmptyIsNoDayAndNoError) { EXPECT_EQ(DayOf(" "), "none"); }

TEST(ParseInstalledOn, SaysWhenTheOrderWasAssumed) {
  EXPECT_TRUE(ParseInstalledOn("3/2/2017", DateOrder::kUnknown)->ambiguous);
  EXPECT_FALSE(ParseInstalledOn("3/2/2017", DateOrder::kDayFirst)->ambiguous);
  EXPECT_FALSE(ParseInstalledOn("3/3/2017", DateOrder::kUnknown)->ambiguous);
  EXPECT_FALSE(ParseInstalledOn("6/30/2017", DateOrder::kUnknown)->ambiguous);
  EXPECT_EQ(DayOf("3/2/2017", DateOrder::kDayFirst), "2017-02-03");
}

TEST(ParseInstalledOn, RefusesWhatIsNoDate) {
  for (const absl::string_view text :
       {"13/13/2017", "31.2.2017", "2/30/2017", "0/1/2017", "3/2/17", "3/2-2017", "3/2/2017 x",
        "ffffffffffffffff", "0000000000000000", "7fffffffffffffff", "20171301", "1234567",
        "3/2/1601", "March 2", "2017/3", "3//2017", "20170302250000.000000+060", "\xff\xfe\x33",
        "3/2/20177"}) {
    EXPECT_EQ(DayOf(text), "unreadable") << text;
  }
  EXPECT_EQ(DayOf(std::string(1 << 20, '7')), "unreadable");
  EXPECT_THAT(std::string(ParseInstalledOn("\x01x", DateOrder::kUnknown).status().message()),
              HasSubstr("\\x01x"));
}

TEST(DateOrderOf, OneTellingRowDecidesForTheTable) {
  EXPECT_EQ(DateOrderOf({"3/2/2017", "6/30/2017", ""}), DateOrder::kMonthFirst);
  EXPECT_EQ(DateOrderOf({"3/2/2017", "30/6/2017"}), DateOrder::kDayFirst);
  EXPECT_EQ(DateOrderOf({"3/2/2017", "3.2.2017", "20170302"}), DateOrder::kUnknown);
}

TEST(DateOrderOf, RowsThatContradictTellNothing) {
  EXPECT_EQ(DateOrderOf({"30/6/2017", "6/30/2017"}), DateOrder::kUnknown);
  EXPECT_EQ(DayOf("30/6/2017", DateOrderOf({"30/6/2017", "6/30/2017"})), "2017-06-30");
}

// The dates of a Windows 7 machine, as wmic printed them.
TEST(RealTables, EveryDateOfAListIsRead) {
  const char* const source = std::getenv("MUSTER_SOURCE_DIR");
  std::ifstream file(std::string(source == nullptr ? "." : source) +
                     "/../shared/data/qfe/win7_wufuc_issue92_wmic_list_format.excerpt.txt");
  if (!file) GTEST_SKIP() << "the samples of real update lists are not here";
  std::vector<std::string> dates;
  int updates = 0;
  for (std::string line; std::getline(file, line);) {
    absl::string_view value = line;
    if (absl::ConsumePrefix(&value, "InstalledOn=")) dates.emplace_back(value);
    if (absl::ConsumePrefix(&value, "HotFixID=")) updates += KbOfQfeRow(value, "").empty() ? 0 : 1;
  }
  ASSERT_FALSE(dates.empty());
  const DateOrder order = DateOrderOf(dates);
  EXPECT_EQ(order, DateOrder::kMonthFirst);
  for (const std::string& date : dates) EXPECT_NE(DayOf(date, order), "unreadable") << date;
  EXPECT_EQ(updates, static_cast<int>(dates.size()));
}

}  // namespace
}  // namespace muster::servicing
