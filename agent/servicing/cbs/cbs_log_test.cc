// Records: headers, continuation lines, damage, encodings.
#include "agent/servicing/cbs/cbs_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "agent/servicing/cbs/test_reading.h"

namespace muster::servicing {
namespace {

using testing::HasSubstr;

constexpr char kOne[] = "2013-07-01 09:04:27, Info                  CBS    First";
constexpr char kTwo[] = "2013-07-01 09:04:28, Error                 CSI    Second";

std::string Lines(std::initializer_list<absl::string_view> lines, absl::string_view end = "\r\n") {
  std::string text;
  for (const absl::string_view line : lines) absl::StrAppend(&text, line, end);
  return text;
}

void ExpectTwo(const ReadLog& log) {
  ASSERT_EQ(log.records.size(), 2u);
  EXPECT_EQ(log.records[0].message, "First");
  EXPECT_EQ(log.records[0].severity, "Info");
  EXPECT_EQ(log.records[0].component, "CBS");
  EXPECT_EQ(log.records[0].time, absl::CivilSecond(2013, 7, 1, 9, 4, 27));
  EXPECT_EQ(log.records[1].message, "Second");
  EXPECT_EQ(log.records[1].severity, "Error");
  EXPECT_EQ(log.records[1].component, "CSI");
  EXPECT_EQ(log.statistics.damaged, 0u);
  EXPECT_EQ(log.statistics.replaced_bytes, 0u);
}

TEST(CbsLogTest, TakesEveryLineEnd) {
  for (const char* end : {"\r\n", "\n", "\r"}) {
    const ReadLog log = ReadWhole(Lines({kOne, kTwo}, end));
    ExpectTwo(log);
    EXPECT_EQ(log.statistics.lines, 2u);
    EXPECT_EQ(log.records[1].offset, std::string(kOne).size() + std::string(end).size());
  }
}

TEST(CbsLogTest, TheLastLineNeedsNoEnd) { ExpectTwo(ReadWhole(absl::StrCat(kOne, "\n", kTwo))); }

TEST(CbsLogTest, AByteOrderMarkIsNoText) {
  const ReadLog log = ReadWhole(absl::StrCat("\xEF\xBB\xBF", Lines({kOne, kTwo})));
  ExpectTwo(log);
  EXPECT_EQ(log.records[0].offset, 3u);
  EXPECT_EQ(log.statistics.encoding, "UTF-8");
}

TEST(CbsLogTest, ContinuationLinesBelongToTheRecordBefore) {
  const ReadLog log = ReadWhole(
      Lines({kOne, "  Found: {l:32 b:abc}", "", "CSIPERF:TXCOMMIT;21805", "", "", kTwo, ""}));
  ASSERT_EQ(log.records.size(), 2u);
  EXPECT_EQ(log.records[0].message, "First\n  Found: {l:32 b:abc}\n\nCSIPERF:TXCOMMIT;21805");
  EXPECT_EQ(log.records[1].message, "Second");
  EXPECT_EQ(log.statistics.damaged, 0u);
  EXPECT_EQ(log.statistics.lines, 8u);
}

TEST(CbsLogTest, TheComponentMayBeBlank) {
  const ReadLog log =
      ReadWhole("2026-05-22 20:34:09, Info                         Arbiter invoked\r\n");
  ASSERT_EQ(log.records.size(), 1u);
  EXPECT_EQ(log.records[0].component, "");
  EXPECT_EQ(log.records[0].message, "Arbiter invoked");
}

TEST(CbsLogTest, TakesCollapsedColumns) {
  const ReadLog log = ReadWhole(
      "2011-03-09 09:37:36, Info CSI 00000040 Pending transaction\n"
      "2011-03-09 09:37:36, Warning\tDEPLOY\t[Pnp] Corrupt file: x\n"
      "2011-03-09 09:37:36, Info Arbiter invoked\n");
  ASSERT_EQ(log.records.size(), 3u);
  EXPECT_EQ(log.records[0].component, "CSI");
  EXPECT_EQ(log.records[0].message, "00000040 Pending transaction");
  EXPECT_EQ(log.records[1].severity, "Warning");
  EXPECT_EQ(log.records[1].component, "DEPLOY");
  EXPECT_EQ(log.records[1].message, "[Pnp] Corrupt file: x");
  EXPECT_EQ(log.records[2].component, "");
  EXPECT_EQ(log.records[2].message, "Arbiter invoked");
}

TEST(CbsLogTest, LeadingBlanksOfAMessageStay) {
  const ReadLog log =
      ReadWhole("2013-07-01 09:04:27, Info                  CBS      (0)  Scavenge\n");
  EXPECT_EQ(log.records[0].message, "  (0)  Scavenge");
}

// Each of these takes the place of a line between two good records.
TEST(CbsLogTest, ABrokenHeaderIsARecordOfItsOwn) {
  for (const char* broken :
       {"2013-13-01 09:04:27, Info                  CBS    No such month",
        "2013-02-29 09:04:27, Info                  CBS    No such day",
        "2013-07-01 24:04:27, Info                  CBS    No such hour",
        "2013-07-01 09:60:27, Info                  CBS    No such minute",
        "20xx-xx-01 09:04:27, Error CBS Masked", "0000-07-01 09:04:27, Info  CBS  No such year",
        "2013-07-01 09:04:2", "2013-07-", "2013-07-01 09:04:27, In", "2013-07-01 09:04:27, Info",
        "2013-07-01 09:04:27,"}) {
    const ReadLog log = ReadWhole(Lines({kOne, broken, "  its continuation", kTwo}));
    ASSERT_EQ(log.records.size(), 3u) << broken;
    EXPECT_EQ(log.records[0].message, "First");
    EXPECT_TRUE(log.records[1].damaged) << broken;
    EXPECT_EQ(log.records[1].message, absl::StrCat(broken, "\n  its continuation"));
    EXPECT_FALSE(log.records[1].time.has_value());
    EXPECT_EQ(log.records[1].severity, "");
    EXPECT_EQ(log.records[2].message, "Second");
    EXPECT_EQ(log.statistics.damaged, 1u);
    EXPECT_EQ(log.statistics.records, 3u);
  }
}

TEST(CbsLogTest, DatesWithinAMessageAreNoHeaders) {
  for (const char* line : {"2013-07-01 10:10", "2013-07-01", "2015-02-23 21:47:27.123 something",
                           "=================================", "12:00:00, Info"}) {
    const ReadLog log = ReadWhole(Lines({kOne, line, kTwo}));
    ASSERT_EQ(log.records.size(), 2u) << line;
    EXPECT_EQ(log.records[0].message, absl::StrCat("First\n", line));
  }
}

TEST(CbsLogTest, ALogThatStartsInTheMiddleOfARecord) {
  const ReadLog log = ReadWhole(Lines({"", "tail of a record", "and more of it", kOne}));
  ASSERT_EQ(log.records.size(), 2u);
  EXPECT_TRUE(log.records[0].damaged);
  EXPECT_EQ(log.records[0].message, "tail of a record\nand more of it");
  EXPECT_EQ(log.records[1].message, "First");
}

TEST(CbsLogTest, ARunOfNulsIsDamageAndItsNeighboursStay) {
  const std::string nuls(4096, '\0');
  for (const std::string& text :
       {absl::StrCat(kOne, nuls, kTwo, "\r\n"), absl::StrCat(kOne, "\r\n", nuls, kTwo, "\r\n"),
        absl::StrCat(kOne, "\r\n", nuls, "\r\n", kTwo, "\r\n")}) {
    const ReadLog log = ReadWhole(text);
    ASSERT_EQ(log.records.size(), 3u);
    EXPECT_EQ(log.records[0].message, "First");
    EXPECT_TRUE(log.records[1].damaged);
    EXPECT_EQ(log.records[2].message, "Second");
    EXPECT_EQ(log.records[2].offset, text.find(kTwo));
    EXPECT_EQ(log.statistics.replaced_bytes, nuls.size());
  }
}

TEST(CbsLogTest, BadBytesAreReplacedAndCounted) {
  const ReadLog log = ReadWhole(absl::StrCat(kOne, " \xFF\xC3(\xE2\x82 \xC3\xA4\n", kTwo));
  ASSERT_EQ(log.records.size(), 2u);
  EXPECT_EQ(log.records[0].message,
            "First \xEF\xBF\xBD\xEF\xBF\xBD(\xEF\xBF\xBD\xEF\xBF\xBD \xC3\xA4");
  EXPECT_EQ(log.statistics.replaced_bytes, 4u);
  EXPECT_EQ(log.records[1].message, "Second");
}

TEST(CbsLogTest, AnEmptyLogHasNoRecords) {
  const ReadLog log = ReadWhole("");
  EXPECT_TRUE(log.records.empty());
  EXPECT_EQ(log.statistics.bytes, 0u);
  EXPECT_FALSE(log.statistics.utc_offset.has_value());
  for (const char* bytes : {"\r\n\r\n", "\n", "\xEF\xBB\xBF", "\xFF\xFE", "\xFE\xFF"}) {
    EXPECT_TRUE(ReadWhole(bytes).records.empty());
  }
}

TEST(CbsLogTest, AllZerosAreOneDamagedRecordOfBoundedSize) {
  const ReadLog log = ReadWhole(std::string(3 << 20, '\0'));
  ASSERT_EQ(log.records.size(), 1u);
  EXPECT_TRUE(log.records[0].damaged);
  EXPECT_LE(log.records[0].message.size(), 64u << 10);
  EXPECT_EQ(log.statistics.replaced_bytes, 3u << 20);
  EXPECT_EQ(log.statistics.lines, 1u);
}

TEST(CbsLogTest, AHugeLineIsCutAndTheNextRecordStays) {
  const std::string huge(5 << 20, 'x');
  const ReadLog log = ReadWhole(absl::StrCat(kOne, huge, "\r\n", kTwo));
  ASSERT_EQ(log.records.size(), 2u);
  EXPECT_EQ(log.records[0].message.size(), (64u << 10) - 50);  // the columns before the message
  EXPECT_EQ(log.records[1].message, "Second");
}

TEST(CbsLogTest, AHugeRecordIsCutAndTheNextOneStays) {
  std::string text = absl::StrCat(kOne, "\n");
  for (int i = 0; i < 100000; ++i) text += "  a continuation line of some length\n";
  const ReadLog log = ReadWhole(absl::StrCat(text, kTwo));
  ASSERT_EQ(log.records.size(), 2u);
  EXPECT_EQ(log.records[0].message.size(), 1u << 20);
  EXPECT_EQ(log.records[1].message, "Second");
}

TEST(CbsLogTest, ALineIsNotCutWithinACharacter) {
  std::string text(kOne);
  while (text.size() < 70000) text += "\xE2\x82\xAC";  // the euro sign
  const ReadLog log = ReadWhole(text);
  EXPECT_EQ(log.statistics.replaced_bytes, 0u);
  EXPECT_THAT(log.records[0].message, testing::EndsWith("\xE2\x82\xAC"));
}

TEST(CbsLogTest, TheUtcOffsetComesFromSessionIdsAndStamps) {
  const auto offset = [](absl::string_view line) { return ReadWhole(line).statistics.utc_offset; };
  EXPECT_EQ(offset("2013-07-01 09:04:27, Info                  CBS    "
                   "Session: 30307881_965955247 initialized by client WinMgmt.\n"),
            absl::Hours(2));
  EXPECT_EQ(offset("2011-03-09 09:37:36, Info CSI 00000041@2011/3/9:08:37:36.532 CSI x\n"),
            absl::Hours(1));
  EXPECT_EQ(offset("2026-05-22 20:34:09, Info                  CBS    "
                   "Universal Time is: 2026-05-22 23:34:09.784\n"),
            absl::Hours(-3));
  EXPECT_EQ(offset("2016-09-28 05:15:31, Info                  CSI    "
                   "00000001@2016/9/27:23:30:31.455 India is at +5:45\n"),
            absl::Minutes(345));
}

TEST(CbsLogTest, AnImplausibleUtcOffsetIsNone) {
  const auto offset = [](absl::string_view line) { return ReadWhole(line).statistics.utc_offset; };
  EXPECT_EQ(offset("2014-07-01 09:04:27, Info                  CBS    "
                   "Session: 30307881_965955247 a year later\n"),
            std::nullopt);
  EXPECT_EQ(offset("2013-07-01 09:09:27, Info                  CBS    "
                   "Session: 30307881_965955247 finalized five minutes later\n"),
            std::nullopt);
  EXPECT_EQ(offset("2013-07-01 09:04:27, Info                  CBS    "
                   "Session: 99999999999999999999_99999999999 x\n"),
            std::nullopt);
  EXPECT_EQ(offset("2013-07-01 09:04:27, Info                  CSI    00000001@2013/99/1:0:0:0 x"),
            std::nullopt);
}

}  // namespace
}  // namespace muster::servicing
