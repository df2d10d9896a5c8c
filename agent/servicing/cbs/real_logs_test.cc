// Real logs, and what becomes of them when they are cut, converted and damaged.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/servicing/cbs/cbs_log.h"
#include "agent/servicing/cbs/test_reading.h"
#include "tests/testdata/files.h"

namespace muster::servicing {
namespace {

using testing::Pair;
using testing::UnorderedElementsAre;

// A real log of the shared data; empty where it is not there.
std::string RealLog(const std::string& name) {
  const auto shared = testdata::SharedData();
  if (!shared) return "";
  return testdata::ReadFile(*shared / "cbs" / name).value_or("");
}

const char* const kLogs[] = {"win7_loghub_first1000.log",
                             "win7_incident_KB2705219.excerpt.log",
                             "win81_6.3.9600_hofcake.CBS.log",
                             "win11_26100.8456_adrianosalves_blank_component.excerpt.log",
                             "win7_pastebin_npcWyZue_scavenge.excerpt.log",
                             "win81_pastebin_q94z3v4c_store_corruption.excerpt.log"};

std::map<std::string, int> CountBySeverityAndComponent(const ReadLog& log) {
  std::map<std::string, int> counts;
  for (const OwnedRecord& r : log.records) ++counts[absl::StrCat(r.severity, " ", r.component)];
  return counts;
}

std::vector<CbsSignature> Failures(const ReadLog& log) {
  std::vector<CbsSignature> failures;
  for (const OwnedRecord& r : log.records) {
    if (SaysSomethingWentWrong(r.View())) failures.push_back(MakeSignature(r.View()));
  }
  return failures;
}

// awk '{c[$3" "$4]++} END{for(k in c) print k,c[k]}' counts the same; offset: the CSI stamps say
// 20:30:31 the day before.
TEST(RealCbsLogsTest, TheWindows7LogOfLoghub) {
  const std::string bytes = RealLog("win7_loghub_first1000.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const ReadLog log = ReadWhole(bytes);
  EXPECT_THAT(CountBySeverityAndComponent(log),
              UnorderedElementsAre(Pair("Info CBS", 974), Pair("Info CSI", 26)));
  EXPECT_EQ(log.statistics.records, 1000u);
  EXPECT_EQ(log.statistics.lines, 1000u);
  EXPECT_EQ(log.statistics.damaged, 0u);
  EXPECT_EQ(log.statistics.bytes, bytes.size());
  EXPECT_EQ(log.statistics.utc_offset, absl::Hours(8));
  // grep -c 'HRESULT = 0x8' counts 214; all but one are everyday noise.
  int failing = 0;
  for (const OwnedRecord& r : log.records) {
    failing += ParseCbsMessage(r.message).hresult.value_or(0) >= 0x80000000u ? 1 : 0;
  }
  EXPECT_EQ(failing, 214);
  const std::vector<CbsSignature> failures = Failures(log);
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].message, "Failed to create backup log cab.");
  EXPECT_EQ(failures[0].hresult, 0x80070001u);
}

// Columns 22-43 and 44-50 of every line, counted with cut | sort | uniq -c; every line is a header.
TEST(RealCbsLogsTest, TheWindows81LogIsReadToItsEnd) {
  const std::string bytes = RealLog("win81_6.3.9600_hofcake.CBS.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const ReadLog log = ReadWhole(bytes);
  EXPECT_THAT(CountBySeverityAndComponent(log),
              UnorderedElementsAre(Pair("Info CBS", 1667), Pair("Info CSI", 1)));
  EXPECT_EQ(log.statistics.damaged, 0u);
  EXPECT_EQ(log.statistics.replaced_bytes, 0u);
  EXPECT_EQ(log.statistics.utc_offset, absl::Hours(-5));
  EXPECT_EQ(log.records[0].message, "TI: --- Initializing Trusted Installer ---");
  EXPECT_EQ(log.records.back().message, "Ending TiWorker finalization.");
  EXPECT_TRUE(Failures(log).empty());
}

TEST(RealCbsLogsTest, TheWindows11LogHasBlankComponents) {
  const std::string bytes = RealLog("win11_26100.8456_adrianosalves_blank_component.excerpt.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const ReadLog log = ReadWhole(bytes);
  EXPECT_THAT(CountBySeverityAndComponent(log),
              UnorderedElementsAre(Pair("Info ", 257), Pair("Info CBS", 39), Pair("Info CSI", 3),
                                   Pair("Info SXS", 2)));
  EXPECT_EQ(log.statistics.utc_offset, absl::Hours(-3));
}

TEST(RealCbsLogsTest, TheIncidentGivesTheExpiredCatalog) {
  const std::string bytes = RealLog("win7_incident_KB2705219.excerpt.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const ReadLog log = ReadWhole(bytes);
  ASSERT_EQ(log.records.size(), 8u);
  EXPECT_EQ(log.statistics.utc_offset, absl::Hours(2));
  const std::vector<CbsSignature> failures = Failures(log);
  ASSERT_EQ(failures.size(), 7u);  // all but the end of the session, which is S_OK
  EXPECT_EQ(failures[0].severity, "Error");
  EXPECT_EQ(failures[0].component, "CBS");
  EXPECT_EQ(failures[0].hresult, 0x800B0101u);
  EXPECT_EQ(failures[0].message, "Failed to verify if catalog file <path> is valid.");
  EXPECT_EQ(failures[0].package, "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1");
  EXPECT_EQ(failures[0].file,
            "Servicing/Packages/Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1.cat");
  EXPECT_EQ(failures[1].message,
            "Failed to initialize package: <package>, from path: <path>, existing package: <n>");
  for (const CbsSignature& failure : failures) EXPECT_EQ(failure.hresult, 0x800B0101u);
}

TEST(RealCbsLogsTest, MaskedDatesAreDamagedButStillSayWhatFailed) {
  const std::string bytes = RealLog("msdocs_win2019_KB4584642_invalid_data.excerpt.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const ReadLog log = ReadWhole(bytes);
  EXPECT_EQ(log.statistics.damaged, 3u);
  const std::vector<CbsSignature> failures = Failures(log);
  ASSERT_EQ(failures.size(), 3u);
  EXPECT_EQ(failures[0].hresult, 0x8007000Du);
  EXPECT_EQ(failures[0].file,
            "Servicing/Packages/Package_1_for_KB4584642~31bf3856ad364e35~amd64~~10.0.1.0.cat");
}

TEST(RealCbsLogsTest, TheCorruptStoreNamesItsPackage) {
  const std::string bytes = RealLog("win81_pastebin_q94z3v4c_store_corruption.excerpt.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const std::vector<CbsSignature> failures = Failures(ReadWhole(bytes));
  ASSERT_EQ(failures.size(), 5u);
  EXPECT_EQ(failures[0].hresult, 0x800F0831u);
  EXPECT_EQ(failures[0].package, "Package_2074_for_KB4088876~31bf3856ad364e35~amd64~~6.3.1.4");
  EXPECT_EQ(failures[0].message, "Failed to resolve package '<package>'");
}

TEST(RealCbsLogsTest, AnyPiecesGiveTheSameRecords) {
  std::mt19937 random(20130701);
  for (const char* name : kLogs) {
    const std::string bytes = RealLog(name);
    if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
    const ReadLog whole = ReadWhole(bytes);
    for (const size_t most : {1, 3, 7, 64, 4096}) {
      const ReadLog pieces = ReadInPieces(bytes, [&] { return 1 + random() % most; });
      EXPECT_EQ(pieces.records, whole.records) << name << " in pieces of up to " << most;
      EXPECT_EQ(pieces.statistics.lines, whole.statistics.lines);
      EXPECT_EQ(pieces.statistics.utc_offset, whole.statistics.utc_offset);
    }
  }
}

std::string ToUtf16(absl::string_view ascii, bool little, bool bom) {
  std::string out = bom ? (little ? "\xFF\xFE" : "\xFE\xFF") : "";
  for (const char c : ascii) {
    out.append(little ? std::string{c, '\0'} : std::string{'\0', c});
  }
  return out;
}

TEST(RealCbsLogsTest, Utf16GivesTheSameRecords) {
  const std::string bytes = RealLog("win7_loghub_first1000.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const ReadLog utf8 = ReadWhole(bytes);
  struct Variant {
    bool little;
    bool bom;
    const char* encoding;
  };
  for (const Variant v : {Variant{true, true, "UTF-16LE"}, Variant{false, true, "UTF-16BE"},
                          Variant{true, false, "UTF-16LE"}}) {
    const std::string wide = ToUtf16(bytes, v.little, v.bom);
    ReadLog log = ReadInPieces(wide, [] { return 4095; });
    EXPECT_EQ(log.statistics.encoding, v.encoding);
    EXPECT_EQ(log.statistics.replaced_bytes, 0u);
    EXPECT_EQ(log.statistics.bytes, wide.size());
    for (OwnedRecord& r : log.records) r.offset = (r.offset - (v.bom ? 2 : 0)) / 2;
    EXPECT_EQ(log.records, utf8.records);
  }
}

TEST(RealCbsLogsTest, Utf16TakesSurrogatesAndReplacesHalves) {
  std::string wide = ToUtf16("2013-07-01 09:04:27, Info CBS ", true, true);
  wide += std::string("\x3D\xD8\x00\xDE", 4);  // U+1F600
  wide += std::string("\x3D\xD8!\0", 4);       // a high surrogate alone
  wide += std::string("\x00\xDE", 2);          // a low one
  wide += "?";                                 // half a unit at the end
  const ReadLog log = ReadWhole(wide);
  ASSERT_EQ(log.records.size(), 1u);
  EXPECT_EQ(log.records[0].message, "\xF0\x9F\x98\x80\xEF\xBF\xBD!\xEF\xBF\xBD\xEF\xBF\xBD");
  EXPECT_EQ(log.statistics.replaced_bytes, 5u);
}

// Text that was read, without what layout and line ends contribute.
std::string Squeezed(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (!absl::ascii_isspace(c)) out += c;
  }
  return out;
}

// Records put together again: their text in the order of the file.
std::string Rejoined(const ReadLog& log) {
  std::string out;
  for (const OwnedRecord& r : log.records) {
    if (r.time) {
      std::string time = absl::FormatCivilTime(*r.time);
      time[10] = ' ';
      absl::StrAppend(&out, time, ",");
    }
    absl::StrAppend(&out, r.severity, r.component, r.message, "\n");
  }
  return out;
}

TEST(RealCbsLogsTest, DamageLosesNothing) {
  const std::string bytes = RealLog("win7_loghub_first1000.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  std::mt19937 random(20161);
  constexpr absl::string_view kBytes = " \n\r,:-0129xIE\t[]\\~";
  for (int round = 0; round < 300; ++round) {
    const size_t start = random() % (bytes.size() - 4000);
    std::string text = bytes.substr(start, 1 + random() % 4000);
    for (int i = random() % 40; i >= 0; --i) {
      text[random() % text.size()] = kBytes[random() % kBytes.size()];
    }
    const ReadLog log = ReadInPieces(text, [&] { return 1 + random() % 500; });
    ASSERT_EQ(Squeezed(Rejoined(log)), Squeezed(text)) << "in round " << round;
    for (const OwnedRecord& r : log.records) {
      EXPECT_LT(r.offset, text.size());
      MakeSignature(r.View());
    }
  }
}

TEST(RealCbsLogsTest, RandomBytesNeverHarm) {
  std::mt19937 random(4711);
  for (int round = 0; round < 200; ++round) {
    std::string bytes(random() % 20000, '\0');
    const int spread = 1 + random() % 256;
    for (char& c : bytes) c = static_cast<char>(random() % spread);
    const ReadLog whole = ReadWhole(bytes);
    const ReadLog pieces = ReadInPieces(bytes, [&] { return 1 + random() % 300; });
    ASSERT_EQ(whole.records, pieces.records);
    EXPECT_EQ(whole.statistics.replaced_bytes, pieces.statistics.replaced_bytes);
    EXPECT_EQ(whole.statistics.records, whole.records.size());
    for (const OwnedRecord& r : whole.records) {
      EXPECT_LE(r.message.size(), 1u << 20);
      MakeSignature(r.View());
      SaysSomethingWentWrong(r.View());
    }
  }
}

}  // namespace
}  // namespace muster::servicing
