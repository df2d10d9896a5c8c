// Runs the program itself over volumes made for the test.
#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "muster/v1/scan.pb.h"
#include "tests/testdata/files.h"
#include "tests/testdata/incident_image.h"

namespace muster::agent {
namespace {

namespace fs = std::filesystem;
using testdata::ImageVariant;
using ::testing::HasSubstr;
using ::testing::Not;

struct Answer {
  int exit_code;
  std::string out;
  std::string err;
};

class ScanCommandTest : public ::testing::Test {
 protected:
  ScanCommandTest() {
    std::string pattern = (fs::temp_directory_path() / "muster-scan-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
    root_ = folder_ / "C";
  }
  ~ScanCommandTest() override { fs::remove_all(folder_); }

  Answer Agent(const std::string& arguments) {
    const std::string out = folder_ / "out", err = folder_ / "err";
    const int status = std::system(absl::StrCat(std::getenv("MUSTER_BIN_DIR"), "/muster-agent ",
                                                arguments, " >", out, " 2>", err, " </dev/null")
                                       .c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, *testdata::ReadFile(out),
            *testdata::ReadFile(err)};
  }
  Answer Scan(const std::string& more = "") {
    return Agent(absl::StrCat("scan --image ", root_.string(), " ", more));
  }
  v1::ScanReport Report(const std::string& more = "") {
    const Answer run = Scan("--format json " + more);
    v1::ScanReport report;
    const auto status = google::protobuf::util::JsonStringToMessage(run.out, &report);
    EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << run.out.substr(0, 2000) << run.err;
    return report;
  }
  v1::Verdict VerdictOf(const v1::ScanReport& report, const std::string& rule) {
    for (const auto& verdict : report.verdicts()) {
      if (verdict.rule() == rule) return verdict;
    }
    ADD_FAILURE() << "no verdict of " << rule;
    return {};
  }
  void Put(const std::string& path, const std::string& bytes) {
    ASSERT_TRUE(testdata::WriteFile(root_ / path, bytes).ok());
  }
  void PutShared(const fs::path& from, const std::string& to) {
    Put(to, *testdata::ReadFile(*testdata::SharedData() / from));
  }
  void MakeImage(ImageVariant variant) {
    testdata::ImageOptions options;
    options.variant = variant;
    options.updates = 4;
    const auto summary =
        testdata::WriteIncidentImage(testdata::Authority::OfProcess(), root_, options);
    ASSERT_TRUE(summary.ok()) << summary.status();
  }

  fs::path folder_;
  fs::path root_;
};

TEST_F(ScanCommandTest, AnAffectedVolume) {
  MakeImage(ImageVariant::kAffected);
  const Answer text = Scan("--as-of 2013-07-10");
  EXPECT_EQ(text.exit_code, 1);
  EXPECT_THAT(text.out, HasSubstr("AFFECTED  expired-catalog"));
  EXPECT_THAT(text.out, HasSubstr("1. KB2749655"));
  EXPECT_THAT(text.out, Not(HasSubstr("\x1b[")));
  EXPECT_EQ(text.err, "");
  EXPECT_THAT(Scan("--as-of 2013-07-10 --color always").out, HasSubstr("\x1b[1;31mAFFECTED"));

  const v1::ScanReport report = Report("--as-of 2013-07-10");
  const v1::Verdict verdict = VerdictOf(report, "expired-catalog");
  EXPECT_EQ(verdict.state(), v1::Verdict::AFFECTED);
  ASSERT_FALSE(verdict.evidence().empty());
  EXPECT_FALSE(verdict.evidence(0).catalogs().empty());
  int failing = 0;
  for (const auto& catalog : report.catalogs()) {
    if (catalog.result() == v1::Catalog::VALID_TIMESTAMPED) {
      EXPECT_EQ(catalog.hresult(), "0x00000000");
    } else {
      EXPECT_EQ(catalog.hresult(), "0x800B0101");
      EXPECT_EQ(catalog.hresult_name(), "CERT_E_EXPIRED");
      ++failing;
    }
  }
  EXPECT_GT(failing, 0);
  EXPECT_FALSE(report.packages().empty());
  EXPECT_FALSE(report.updates().empty());
  EXPECT_EQ(report.outcomes_size(), 5);
}

TEST_F(ScanCommandTest, AVolumeAtRisk) {
  MakeImage(ImageVariant::kAtRisk);
  EXPECT_EQ(Scan("--as-of 2013-06-01").exit_code, 1);
  const v1::Verdict verdict = VerdictOf(Report("--as-of 2013-06-01"), "expired-catalog");
  EXPECT_EQ(verdict.state(), v1::Verdict::AT_RISK);
  EXPECT_EQ(verdict.breaks_at().seconds(), 1372282637);
  EXPECT_THAT(Scan("--as-of 2013-06-01").out, HasSubstr("breaks at 2013-06-26 21:37:17 UTC"));
}

TEST_F(ScanCommandTest, FixedAndHealthyVolumesAreClean) {
  MakeImage(ImageVariant::kFixed);
  EXPECT_EQ(VerdictOf(Report("--as-of 2013-07-10"), "expired-catalog").state(), v1::Verdict::FIXED);
  EXPECT_EQ(Scan("--as-of 2013-07-10").exit_code, 0);
  fs::remove_all(root_);
  MakeImage(ImageVariant::kHealthy);
  EXPECT_EQ(VerdictOf(Report("--as-of 2013-07-10"), "expired-catalog").state(), v1::Verdict::CLEAN);
  EXPECT_EQ(Scan("--as-of 2013-07-10").exit_code, 0);
}

TEST_F(ScanCommandTest, TheSameVerdictWhateverTheCaseOfNames) {
  MakeImage(ImageVariant::kAffected);
  fs::rename(root_ / "Windows/servicing/Packages", root_ / "Windows/servicing/PACKAGES");
  fs::rename(root_ / "Windows/servicing", root_ / "Windows/Servicing");
  fs::rename(root_ / "Windows", root_ / "WINDOWS");
  EXPECT_EQ(VerdictOf(Report("--as-of 2013-07-10"), "expired-catalog").state(),
            v1::Verdict::AFFECTED);
}

TEST_F(ScanCommandTest, FoldersThatDifferInCaseAloneAreAllRead) {
  MakeImage(ImageVariant::kAffected);
  fs::rename(root_ / "Windows", root_ / "windows");
  fs::rename(root_ / "windows/servicing", root_ / "windows/SERVICING");
  testdata::ImageOptions options;
  options.variant = ImageVariant::kHealthy;
  options.updates = 2;
  ASSERT_TRUE(testdata::WriteIncidentImage(testdata::Authority::OfProcess(), root_, options).ok());
  const v1::ScanReport report = Report("--as-of 2013-07-10");
  EXPECT_EQ(VerdictOf(report, "expired-catalog").state(), v1::Verdict::AFFECTED);
  for (const char* path : {"Windows/servicing/Packages/", "windows/servicing/Packages/",
                           "Windows/winsxs/Catalogs/", "windows/winsxs/Catalogs/"}) {
    EXPECT_TRUE(std::any_of(report.catalogs().begin(), report.catalogs().end(), [&](const auto& c) {
      return c.path().rfind(path, 0) == 0;
    })) << path;
  }
  for (const auto& outcome : report.outcomes()) {
    if (outcome.kind() == "facts") continue;
    EXPECT_EQ(outcome.outcome(), v1::Outcome::OK) << outcome.kind();
    EXPECT_THAT(outcome.detail(), HasSubstr("whose name differs in case alone")) << outcome.kind();
  }
}

TEST_F(ScanCommandTest, TheWorstVerdictComesFirst) {
  MakeImage(ImageVariant::kAffected);
  const v1::ScanReport report = Report("--as-of 2013-07-10");
  ASSERT_EQ(report.verdicts_size(), 2);
  EXPECT_EQ(report.verdicts(0).rule(), "expired-catalog");
  const std::string text = Scan("--as-of 2013-07-10").out;
  EXPECT_LT(text.find("expired-catalog"), text.find("broken-catalog"));
}

TEST_F(ScanCommandTest, TheTextShowsTheComplaintsOfTheLogs) {
  MakeImage(ImageVariant::kAffected);
  const std::string text = Scan("--as-of 2013-07-10").out;
  EXPECT_THAT(text, HasSubstr("Complaints in the logs"));
  EXPECT_THAT(text, HasSubstr("×  0x800B0101 CERT_E_EXPIRED  Failed to verify if catalog file"));
  EXPECT_THAT(text, HasSubstr("(--format json has all)"));
}

// The image of the incident, from real and synthetic material.
class RealDataTest : public ScanCommandTest {
 protected:
  void SetUp() override {
    if (!testdata::SharedData()) GTEST_SKIP() << "no folder of shared test data";
  }
  static constexpr char kPackages[] = "Windows/servicing/Packages/";
};

TEST_F(RealDataTest, TheIncidentBeforeAndAfter) {
  PutShared("cbs/win7_incident_KB2705219.excerpt.log", "Windows/Logs/CBS/CBS.log");
  PutShared("checksur/incident_KB2705219_expired.log", "Windows/Logs/CBS/CheckSUR.log");
  PutShared("cat_synthetic/02_tsa_without_eku.cat",
            absl::StrCat(kPackages, "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1.cat"));
  PutShared("cat_synthetic/package_2_for_kb2705219~31bf3856ad364e35~amd64~~6.1.1.1.mum",
            absl::StrCat(kPackages, "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1.mum"));
  PutShared("cat_synthetic/01_good_p9.cat", absl::StrCat(kPackages, "good.cat"));
  EXPECT_EQ(VerdictOf(Report("--as-of 2013-07-02"), "expired-catalog").state(),
            v1::Verdict::AFFECTED);
  EXPECT_EQ(VerdictOf(Report("--as-of 2013-07-01"), "expired-catalog").state(),
            v1::Verdict::AFFECTED);
  const v1::Verdict before = VerdictOf(Report("--as-of 2013-06-01"), "expired-catalog");
  EXPECT_EQ(before.state(), v1::Verdict::AT_RISK);
  EXPECT_EQ(before.breaks_at().seconds(), 1372282637);
}

TEST_F(RealDataTest, RealWindows7CatalogsAreClean) {
  for (const auto& entry : fs::directory_iterator(*testdata::SharedData() / "cat")) {
    const std::string name = entry.path().filename();
    if (name.rfind("win7_", 0) == 0) PutShared("cat/" + name, kPackages + name);
  }
  EXPECT_EQ(Scan().exit_code, 0) << Scan().out << Scan().err;
  EXPECT_GT(Report().catalogs_size(), 5);
}

TEST_F(RealDataTest, EveryRecordOfARealLog) {
  PutShared("cbs/win7_loghub_first1000.log", "Windows/Logs/CBS/CBS.log");
  const v1::ScanReport all = Report("--all-records");
  ASSERT_EQ(all.incidents_size(), 1000);
  EXPECT_EQ(all.incidents(0).severity(), "Info");
  EXPECT_EQ(all.incidents(0).component(), "CBS");
  EXPECT_EQ(all.incidents(0).count(), 1u);
  EXPECT_EQ(all.incidents(0).first().seconds(), 1475008230);  // 04:30:30, eight hours ahead of UTC
  EXPECT_LT(Report().incidents_size(), 100);
}

TEST_F(RealDataTest, EveryKindOfBrokenCatalog) {
  for (const auto& entry : fs::directory_iterator(*testdata::SharedData() / "cat_synthetic")) {
    if (entry.path().extension() != ".cat") continue;
    PutShared("cat_synthetic" / entry.path().filename(),
              kPackages + entry.path().filename().string());
  }
  const v1::ScanReport report = Report("--as-of 2013-07-01");
  EXPECT_EQ(report.catalogs_size(), 15);
  EXPECT_EQ(VerdictOf(report, "broken-catalog").state(), v1::Verdict::AFFECTED);
}

TEST_F(ScanCommandTest, BadFilesAreNoReasonToFail) {
  const std::string packages = "Windows/servicing/Packages/";
  Put(packages + "empty.cat", "");
  Put(packages + "empty.mum", "");
  Put(packages + "zeros.cat", std::string(100000, '\0'));
  Put(packages + "zeros.mum", std::string(100000, '\0'));
  Put(packages + "new\nline\x1b[31m.cat", "x");
  std::string noise;
  for (uint32_t i = 0, x = 1; i < 100000; ++i)
    noise += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
  Put(packages + "noise.cat", noise);
  Put(packages + "noise.mum", noise);
  Put("Windows/Logs/CBS/CBS.log", noise);
  Put("Windows/Logs/CBS/CheckSUR.log", noise);
  Put("Windows/Logs/CBS/CheckSUR.persist.log", std::string(100000, '\0'));
  fs::create_directory_symlink("..", root_ / "Windows/winsxs");
  ASSERT_EQ(mkfifo((root_ / "Windows/Logs/CBS/CbsPersist_1.log").c_str(), 0600), 0);
  const Answer run = Scan();
  EXPECT_EQ(run.exit_code, 1) << run.err;  // corrupt catalogs are a finding
  EXPECT_THAT(run.out, Not(HasSubstr("\x1b")));
  const v1::ScanReport report = Report("--all-records");
  EXPECT_EQ(VerdictOf(report, "broken-catalog").state(), v1::Verdict::AFFECTED);
}

TEST_F(ScanCommandTest, HugeSparseFiles) {
  Put("Windows/servicing/Packages/huge.cat", "");
  fs::resize_file(root_ / "Windows/servicing/Packages/huge.cat", 4ull << 30);
  Put("Windows/Logs/CBS/CheckSUR.log", "");
  fs::resize_file(root_ / "Windows/Logs/CBS/CheckSUR.log", 4ull << 30);
  const v1::ScanReport report = Report();
  ASSERT_EQ(report.catalogs_size(), 1);
  EXPECT_EQ(report.catalogs(0).result(), v1::Catalog::CORRUPT);
  EXPECT_EQ(report.catalogs(0).size(), 4ull << 30);
}

TEST_F(ScanCommandTest, SaysWhatWasMissingWhereItCannotTell) {
  Put("Windows/Logs/CBS/CBS.log", "");
  const Answer run = Scan("--format json");
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.err, HasSubstr("could not tell"));
  EXPECT_THAT(Scan().out, HasSubstr("What was missing"));
}

TEST_F(ScanCommandTest, AVolumeWithoutAnyCatalogIsNotCalledClean) {
  fs::create_directories(root_ / "Windows/servicing/Packages");
  fs::create_directories(root_ / "Windows/winsxs/Catalogs");
  fs::create_directories(root_ / "Windows/Logs/CBS");
  const Answer run = Scan();
  EXPECT_EQ(run.exit_code, 2);
  EXPECT_THAT(run.out, HasSubstr("none is there, though every Windows has some"));
}

TEST_F(ScanCommandTest, ADamagedManifestOfTheRemedyFixesNothing) {
  MakeImage(ImageVariant::kAffected);
  Put("Windows/servicing/Packages/Package_for_KB2749655~31bf3856ad364e35~amd64~~6.1.1.0.mum", "");
  const v1::ScanReport report = Report("--as-of 2013-07-10");
  const v1::Verdict verdict = VerdictOf(report, "expired-catalog");
  EXPECT_EQ(verdict.state(), v1::Verdict::AFFECTED);
  EXPECT_THAT(verdict.explanation(), HasSubstr("Whether the remedy is in place could not be seen"));
}

TEST_F(ScanCommandTest, WrongUse) {
  EXPECT_EQ(Agent("").exit_code, 2);
  EXPECT_EQ(Agent("scan").exit_code, 2);
  EXPECT_EQ(Agent("nonsense").exit_code, 2);
  fs::create_directories(root_ / "data");
  const Answer no_volume = Scan();
  EXPECT_EQ(no_volume.exit_code, 2);
  EXPECT_THAT(no_volume.err, HasSubstr("no Windows volume"));
  EXPECT_EQ(no_volume.out, "");
  fs::create_directories(root_ / "Windows/servicing/Packages");
  EXPECT_EQ(Scan("--as-of yesterday").exit_code, 2);
  EXPECT_THAT(Scan("--as-of ''").err, HasSubstr("is no instant"));
  EXPECT_THAT(Scan("--as-of infinite-future").err, HasSubstr("is no instant"));
  EXPECT_EQ(Scan("--format xml").exit_code, 2);
  EXPECT_THAT(Scan("--rules " + root_.string()).err, HasSubstr("no *.textproto"));
  EXPECT_EQ(Agent("--version").exit_code, 0);
  EXPECT_THAT(Agent("scan --help").out, HasSubstr("Examples:"));
}

TEST_F(ScanCommandTest, AReportThatCannotBeWrittenIsNoAnswer) {
  if (!fs::exists("/dev/full")) GTEST_SKIP() << "no /dev/full here";
  MakeImage(ImageVariant::kHealthy);
  const int status =
      std::system(absl::StrCat(std::getenv("MUSTER_BIN_DIR"), "/muster-agent scan --image ",
                               root_.string(), " >/dev/full 2>/dev/null")
                      .c_str());
  EXPECT_EQ(WEXITSTATUS(status), 2);
}

TEST_F(ScanCommandTest, ExplainsACodeInEverySpelling) {
  for (const char* code : {"2148204801", "-2146762495", "0x800B0101", "cert_e_expired",
                           "'0x800b0101 - CERT_E_EXPIRED'"}) {
    const Answer run = Agent(absl::StrCat("explain ", code));
    EXPECT_EQ(run.exit_code, 0) << code;
    EXPECT_THAT(run.out, HasSubstr("CERT_E_EXPIRED\n  0x800B0101  2148204801  -2146762495\n"))
        << code;
  }
  const Answer unknown = Agent("explain 0x8007BEEF");
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_THAT(unknown.out, HasSubstr("facility 7 (Win32 error), code 48879"));
  EXPECT_EQ(Agent("explain nonsense!").exit_code, 2);
}

}  // namespace
}  // namespace muster::agent
