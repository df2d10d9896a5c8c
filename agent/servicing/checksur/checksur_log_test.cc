#include "agent/servicing/checksur/checksur_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/testdata/files.h"

namespace muster::servicing {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

std::string RealLog(const std::string& name) {
  const auto shared = testdata::SharedData();
  return shared ? testdata::ReadFile(*shared / "checksur" / name).value_or("") : "";
}

// The only finding of a log of one line.
CheckSurFinding OnlyFinding(absl::string_view line) {
  const auto runs = ParseCheckSurLog(line);
  EXPECT_EQ(runs.size(), 1u) << line;
  if (runs.size() != 1 || runs[0].findings.size() != 1) return {};
  return runs[0].findings[0];
}

// "No errors detected" stands in this log: the findings and totals say otherwise.
TEST(CheckSurLogTest, TheIncident) {
  const std::string bytes = RealLog("incident_KB2705219_expired.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const auto runs = ParseCheckSurLog(bytes);
  ASSERT_EQ(runs.size(), 1u);
  const CheckSurRun& run = runs[0];
  EXPECT_EQ(run.binary_version, "6.1.7601.21645");
  EXPECT_EQ(run.package_version, "19.0");
  EXPECT_EQ(run.time, absl::CivilMinute(2013, 7, 1, 10, 10));
  EXPECT_EQ(run.seconds_executed, 539u);
  EXPECT_THAT(run.totals,
              ElementsAre(Pair("CSI Catalog Expired", 2), Pair("CBS Catalog Expired", 2)));
  ASSERT_EQ(run.findings.size(), 4u);
  EXPECT_EQ(run.findings[0].mark, "w");
  EXPECT_EQ(run.findings[0].type, "CBS Catalog Expired");
  EXPECT_EQ(run.findings[0].hresult, 0x800B0101u);
  EXPECT_EQ(run.findings[0].package, "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1");
  EXPECT_EQ(run.findings[0].file,
            "servicing/Packages/Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1.cat");
  EXPECT_EQ(run.findings[2].type, "CSI Catalog Expired");
  EXPECT_EQ(run.findings[2].hresult, 0x800B0101u);
  EXPECT_EQ(run.findings[2].package, "");
  EXPECT_EQ(run.findings[2].file,
            "winsxs/Catalogs/"
            "5ecdd16d7678267e96a8c15964d5ca11bcf7f6f5cd1bd7bf28103ffbea31d9c1.cat");
  ASSERT_EQ(run.findings[2].fields.size(), 2u);
  EXPECT_EQ(run.findings[2].fields[1],
            "ccb3aa159d2..53a473e1121_31bf3856ad364e35_6.1.7601.22044_eb09bf772e4bea12");
}

TEST(CheckSurLogTest, FindingsOfEveryKindOfPaste) {
  const struct {
    const char* file;
    size_t findings;  // grep -c '^(' of the file
  } kFiles[] = {{"msdocs_KB2461206_findings.log", 3},
                {"msdocs_KB2700601_summaries.log", 4},
                {"pastebin_0thKCwfP_mum_missing_preheader.excerpt.log", 10},
                {"pastebin_1ywS1m73_mum_missing_fix.excerpt.log", 7},
                {"pastebin_8MsZswef_win10_de_index_missing.excerpt.log", 4},
                {"pastebin_DrchMf5y_ru_IE_hyphenation_dism_scanhealth.excerpt.log", 4},
                {"pastebin_bbQY4Hi3_tabs_lost.excerpt.log", 7},
                {"superuser_989035_KB3040272.excerpt.log", 7}};
  for (const auto& expected : kFiles) {
    const std::string bytes = RealLog(expected.file);
    if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
    size_t findings = 0;
    for (const CheckSurRun& run : ParseCheckSurLog(bytes)) {
      findings += run.findings.size();
      for (const CheckSurFinding& f : run.findings) {
        EXPECT_TRUE(f.type.rfind("CBS ", 0) == 0 || f.type.rfind("CSI ", 0) == 0) << f.type;
        EXPECT_LE(f.type.size(), 33u) << f.type;
        EXPECT_FALSE(f.fields.empty()) << f.type;
        EXPECT_TRUE(f.hresult.has_value() || f.mark == "fix" || f.mark == "p") << f.type;
      }
    }
    EXPECT_EQ(findings, expected.findings) << expected.file;
  }
}

TEST(CheckSurLogTest, FindingsBeforeTheFirstHeaderAreARunWithoutTime) {
  const std::string bytes = RealLog("pastebin_0thKCwfP_mum_missing_preheader.excerpt.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const auto runs = ParseCheckSurLog(bytes);
  ASSERT_EQ(runs.size(), 2u);
  EXPECT_FALSE(runs[0].time.has_value());
  EXPECT_EQ(runs[0].findings.size(), 5u);
  EXPECT_EQ(runs[1].time, absl::CivilMinute(2015, 12, 24, 0, 19));
  EXPECT_EQ(runs[1].findings.size(), 5u);
}

TEST(CheckSurLogTest, SummariesWithoutHeadersAreRuns) {
  const std::string bytes = RealLog("msdocs_KB2700601_summaries.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const auto runs = ParseCheckSurLog(bytes);
  ASSERT_EQ(runs.size(), 3u);
  EXPECT_EQ(runs[0].seconds_executed, 100u);
  EXPECT_THAT(runs[0].totals, IsEmpty());
  EXPECT_EQ(runs[1].seconds_executed, 264u);
  EXPECT_THAT(runs[1].totals, ElementsAre(Pair("CBS MUM Missing", 3)));
  EXPECT_THAT(runs[2].totals, ElementsAre(Pair("CSI Payload File Missing", 3),
                                          Pair("Fixed: CSI Payload File Missing", 1)));
}

TEST(CheckSurLogTest, AHeaderWithoutPackageVersion) {
  const std::string bytes =
      RealLog("pastebin_DrchMf5y_ru_IE_hyphenation_dism_scanhealth.excerpt.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const auto runs = ParseCheckSurLog(bytes);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].binary_version, "6.1.7601.18741");
  EXPECT_EQ(runs[0].package_version, "");
  EXPECT_EQ(runs[0].findings[0].package,
            "Microsoft-Windows-IE-Hyphenation-Parent-Package-English~31bf3856ad364e35~~~"
            "11.2.9412.0");
}

TEST(CheckSurLogTest, TabsAsTheToolWritesThem) {
  const CheckSurFinding f = OnlyFinding(
      "(f)\tCBS MUM Corrupt\t0x800B0100\tservicing\\Packages\\P_for_KB1234~t~x86~~6.1.1.0.mum\t"
      "servicing\\Packages\\P_for_KB1234~t~x86~~6.1.1.0.cat\tPackage manifest cannot be validated "
      "by the corresponding catalog\r\n");
  EXPECT_EQ(f.mark, "f");
  EXPECT_EQ(f.type, "CBS MUM Corrupt");
  EXPECT_EQ(f.hresult, 0x800B0100u);
  ASSERT_EQ(f.fields.size(), 3u);
  EXPECT_EQ(f.fields[2], "Package manifest cannot be validated by the corresponding catalog");
  EXPECT_EQ(f.package, "P_for_KB1234~t~x86~~6.1.1.0");
}

TEST(CheckSurLogTest, AnUnknownTypeIsKept) {
  const CheckSurFinding f =
      OnlyFinding("(n)\tCSI Something New\t0x80070002\twinsxs\\Manifests\\x.manifest");
  EXPECT_EQ(f.type, "CSI Something New");
  EXPECT_EQ(f.file, "winsxs/Manifests/x.manifest");
  EXPECT_EQ(OnlyFinding("(w) CSI Something New 0x80070002 a_b").type, "CSI Something New");
  EXPECT_EQ(OnlyFinding("(w) CSI Something New servicing\\a.mum").type, "CSI Something New");
}

// Every type seen in real logs, as the tool writes it (tabs) and as pasted logs have it.
class FindingType : public ::testing::TestWithParam<const char*> {};

TEST_P(FindingType, IsReadWithTabsAndSqueezed) {
  const std::string type = GetParam();
  for (const std::string& separator : {std::string("\t"), std::string(" "), std::string()}) {
    for (const std::string mark : {"f", "w"}) {
      const CheckSurFinding finding =
          OnlyFinding("(" + mark + ")" + separator + type + separator + "0x800B0101" + separator +
                      "servicing\\Packages\\x.cat");
      EXPECT_EQ(finding.mark, mark);
      EXPECT_EQ(finding.type, type);
      EXPECT_EQ(finding.hresult, 0x800B0101u);
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    SeenInRealLogs, FindingType,
    ::testing::Values("CBS MUM Missing", "CBS MUM Corrupt", "CBS Catalog Corrupt",
                      "CBS Catalog Expired", "CBS Catalog Missing", "CBS Paired File",
                      "CBS Registry Error", "CBS Watchlist Package Missing",
                      "CBS Package Index Package Missing", "CSI Manifest Missing",
                      "CSI Manifest Corrupt", "CSI Manifest All Zeros",
                      "CSI Manifest Failed Catalog Check", "CSI Catalog Expired",
                      "CSI Payload File Missing", "CSI Payload File Corrupt", "CSI Payload Corrupt",
                      "CSI Store Directory Missing", "CSI Missing Identity",
                      "CSI Missing Pinned Component Key"));

TEST(CheckSurLogTest, LostSeparators) {
  const CheckSurFinding f =
      OnlyFinding("(f)CSI Missing Identity0x00000000identityamd64_x_31bf3856ad364e35_6.1_none_b9");
  EXPECT_EQ(f.type, "CSI Missing Identity");
  EXPECT_EQ(f.hresult, 0u);
  EXPECT_THAT(f.fields, ElementsAre("identityamd64_x_31bf3856ad364e35_6.1_none_b9"));
}

TEST(CheckSurLogTest, RepairsHaveAnActionAndNoHresult) {
  const CheckSurFinding f = OnlyFinding(
      "(fix) CBS Paired File CBS File also Replaced P_for_KB1~t~amd64~~6.1.2.1.cat from Cabinet: "
      "C:\\Windows\\CheckSur\\v1.0\\a.cab.");
  EXPECT_EQ(f.mark, "fix");
  EXPECT_EQ(f.type, "CBS Paired File");
  EXPECT_FALSE(f.hresult.has_value());
  EXPECT_THAT(f.fields, ElementsAre("CBS File also Replaced", "P_for_KB1~t~amd64~~6.1.2.1.cat",
                                    "from Cabinet: C:\\Windows\\CheckSur\\v1.0\\a.cab."));
  EXPECT_EQ(OnlyFinding("(w)\t(Fixed)\tCSI Payload Corrupt\tx.dll").mark, "fix");
}

TEST(CheckSurLogTest, Utf16GivesTheSameRuns) {
  const std::string bytes = RealLog("incident_KB2705219_expired.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  std::string wide = "\xFF\xFE";
  for (const char c : bytes) wide.append({c, '\0'});
  const auto runs = ParseCheckSurLog(wide);
  ASSERT_EQ(runs.size(), 1u);
  EXPECT_EQ(runs[0].findings.size(), 4u);
}

TEST(CheckSurLogTest, TextThatIsNoLogHasNoRuns) {
  EXPECT_THAT(ParseCheckSurLog(""), IsEmpty());
  EXPECT_THAT(ParseCheckSurLog(std::string(1 << 20, '\0')), IsEmpty());
  EXPECT_THAT(ParseCheckSurLog("(x) nothing\n(f\nTotal count: 3\nno Total count: many\n"),
              IsEmpty());
}

TEST(CheckSurLogTest, MutatedLogsNeverHarm) {
  const std::string bytes = RealLog("pastebin_1ywS1m73_mum_missing_fix.excerpt.log");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  std::mt19937 random(2705219);
  for (int round = 0; round < 2000; ++round) {
    std::string text = bytes.substr(random() % bytes.size(), random() % bytes.size());
    for (int i = random() % 30; i > 0 && !text.empty(); --i) {
      text[random() % text.size()] = "\n\t ()0x~\\_\xFF"[random() % 11];
    }
    for (const CheckSurRun& run : ParseCheckSurLog(text)) {
      for (const CheckSurFinding& f : run.findings) EXPECT_FALSE(f.mark.empty());
    }
  }
}

}  // namespace
}  // namespace muster::servicing
