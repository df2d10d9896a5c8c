#include "tests/testdata/incident_image.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/servicing/catalog/catalog.h"
#include "common/servicing/catalog/verification.h"
#include "tests/testdata/files.h"

namespace muster::testdata {
namespace {

namespace fs = std::filesystem;
using servicing::SignatureClass;
using testing::HasSubstr;
using testing::Not;

class IncidentImage : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) /
            absl::StrCat("image-", testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  ImageSummary Write(ImageVariant variant) {
    options_.variant = variant;
    options_.updates = 12;
    const auto summary = WriteIncidentImage(Authority::OfProcess(), root_, options_);
    EXPECT_TRUE(summary.ok()) << summary.status();
    return summary.value_or(ImageSummary{});
  }
  std::string Read(const fs::path& path) {
    const auto bytes = ReadFile(root_ / path);
    EXPECT_TRUE(bytes.ok()) << bytes.status();
    return bytes.value_or("");
  }
  // HRESULTs of all catalogs at `instant`, counted.
  std::map<uint32_t, int> Verify(absl::Time instant) {
    std::map<uint32_t, int> count;
    servicing::CatalogReader reader;
    for (const char* folder : {"Windows/servicing/Packages", "Windows/winsxs/Catalogs"}) {
      for (const auto& entry : fs::directory_iterator(root_ / folder)) {
        if (entry.path().extension() != ".cat") continue;
        const auto catalog = reader.Read(*ReadFile(entry.path()));
        count[servicing::Verify(catalog, {}).HresultAt(instant)] += 1;
      }
    }
    return count;
  }

  ImageOptions options_;
  fs::path root_;
};

constexpr char kLog[] = "Windows/Logs/CBS/CBS.log";
constexpr char kPackages[] = "Windows/servicing/Packages";
constexpr char kBad[] = "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1.cat";

TEST_F(IncidentImage, AffectedBreaksAtItsInstant) {
  const ImageSummary summary = Write(ImageVariant::kAffected);
  EXPECT_EQ(summary.faulty_catalogs, 4);  // two packages, and their copies in winsxs
  EXPECT_EQ(Verify(options_.breaks_at - absl::Seconds(1)),
            (std::map<uint32_t, int>{{0, summary.catalogs}}));
  EXPECT_EQ(Verify(options_.breaks_at),
            (std::map<uint32_t, int>{{0, summary.catalogs - 4}, {0x800b0101, 4}}));
  const std::string log = Read(kLog);
  EXPECT_TRUE(absl::StartsWith(log, "\xef\xbb\xbf"));
  // The incident's first record, to the letter.
  EXPECT_THAT(log,
              HasSubstr("2013-07-01 09:04:27, Error                 CBS    Failed to verify if "
                        "catalog file \\\\?\\C:\\WINDOWS\\Servicing\\Packages\\Package_2_for_"
                        "KB2705219~31bf3856ad364e35~amd64~~6.1.1.1.cat is valid. [HRESULT = "
                        "0x800b0101 - CERT_E_EXPIRED]\r\n"));
}

TEST_F(IncidentImage, CatalogsVouchForTheirManifests) {
  Write(ImageVariant::kAffected);
  const auto catalog = servicing::ParseCatalog(Read(fs::path(kPackages) / kBad));
  ASSERT_TRUE(catalog.ok()) << catalog.status();
  fs::path manifest = fs::path(kPackages) / kBad;
  manifest.replace_extension(".mum");
  EXPECT_EQ(catalog->members[0].digest, DigestBytes("sha1", Read(manifest)));
  EXPECT_EQ(servicing::Verify(catalog, {}).signature_class,
            SignatureClass::kTimestampCertificateWithoutEku);
}

TEST_F(IncidentImage, CopiesInWinsxsAreNamedByTheirDigest) {
  Write(ImageVariant::kAffected);
  for (const auto& entry : fs::directory_iterator(root_ / "Windows/winsxs/Catalogs")) {
    EXPECT_EQ(entry.path().stem().string(),
              absl::BytesToHexString(DigestBytes("sha256", *ReadFile(entry.path()))));
  }
}

TEST_F(IncidentImage, HealthyNeverBreaks) {
  const ImageSummary summary = Write(ImageVariant::kHealthy);
  EXPECT_EQ(summary.faulty_catalogs, 0);
  EXPECT_EQ(Verify(options_.breaks_at + absl::Hours(24 * 3650)),
            (std::map<uint32_t, int>{{0, summary.catalogs}}));
  EXPECT_THAT(Read(kLog), Not(HasSubstr("CERT_E_EXPIRED")));
}

TEST_F(IncidentImage, AtRiskIsSilentUntilItsInstant) {
  options_.breaks_at = absl::FromUnixSeconds(1800000000);
  const ImageSummary summary = Write(ImageVariant::kAtRisk);
  EXPECT_EQ(Verify(options_.breaks_at - absl::Hours(1))[0], summary.catalogs);
  EXPECT_EQ(Verify(options_.breaks_at)[0x800b0101], 4);
  EXPECT_THAT(Read(kLog), Not(HasSubstr("CERT_E_EXPIRED")));
}

TEST_F(IncidentImage, FixedHasTheRemedyInstalled) {
  Write(ImageVariant::kFixed);
  EXPECT_TRUE(fs::exists(root_ / kPackages / kBad));
  EXPECT_THAT(
      Read(fs::path(kPackages) / "Package_for_KB2749655~31bf3856ad364e35~amd64~~6.1.1.0.mum"),
      HasSubstr("kbid=2749655"));
}

TEST_F(IncidentImage, SameSeedSameNames) {
  const auto names = [this] {
    std::set<std::string> found;
    for (const auto& entry : fs::directory_iterator(root_ / kPackages)) {
      found.insert(entry.path().filename().string());
    }
    return found;
  };
  Write(ImageVariant::kAffected);
  const auto first = names();
  const std::string log = Read(kLog);
  fs::remove_all(root_);
  Write(ImageVariant::kAffected);
  EXPECT_EQ(names(), first);
  EXPECT_EQ(Read(kLog), log);
  fs::remove_all(root_);
  options_.seed = 2;
  Write(ImageVariant::kAffected);
  EXPECT_NE(names(), first);
}

TEST_F(IncidentImage, SaysWhatIsWrongWithTheOptions) {
  options_.updates = -1;
  EXPECT_EQ(WriteIncidentImage(Authority::OfProcess(), root_, options_).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace muster::testdata
