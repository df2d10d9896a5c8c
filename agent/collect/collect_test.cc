#include "agent/collect/collect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "agent/host/fake/fake_host.h"
#include "common/proto_time.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/cbs_log_text.h"
#include "tests/testdata/package_files.h"

namespace muster::collect {
namespace {

using testdata::Authority;
using testdata::CatalogSpec;
using ::testing::HasSubstr;

constexpr char kPackages[] = "Windows/servicing/Packages/";
constexpr char kPackage[] = "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1";

std::string Catalog(const CatalogSpec& spec = {}) {
  return testdata::MakeCatalog(Authority::OfProcess(), spec);
}

std::string Manifest(const std::string& name, int kb = 0, const std::string& version = "6.1.1.0") {
  testdata::PackageSpec package;
  package.name = name;
  package.kb = kb;
  package.version = version;
  return testdata::ManifestText(package);
}

class CollectTest : public ::testing::Test {
 protected:
  CollectTest() {
    host_.MakeDirectory("Windows/servicing/Packages");
    host_.MakeDirectory("Windows/Logs/CBS");
  }

  void AddPackage(const std::string& name, int kb = 0, const std::string& version = "6.1.1.0") {
    host_.Write(absl::StrCat(kPackages, testdata::IdentityText(name, version), ".mum"),
                Manifest(name, kb, version));
  }
  Collection Collected() { return Collect(host_, nullptr, nullptr); }

  template <typename Message>
  std::vector<Message> Items(const Collection& collection, v1::SetKind kind) {
    std::vector<Message> messages;
    for (const Item& item : collection.sets.at(kind).set->items()) {
      EXPECT_TRUE(messages.emplace_back().ParseFromString(item.bytes));
    }
    return messages;
  }

  host::FakeHost host_;
};

TEST_F(CollectTest, NothingThereIsNoFailure) {
  const Collection collection = Collected();
  for (const v1::SetKind kind : {v1::PACKAGES, v1::UPDATES, v1::CATALOGS}) {
    EXPECT_EQ(collection.sets.at(kind).outcome.code(), v1::Outcome::OK);
    EXPECT_TRUE(collection.sets.at(kind).set->items().empty());
  }
  EXPECT_EQ(collection.incidents_outcome.code(), v1::Outcome::OK);
  EXPECT_EQ(collection.sets.at(v1::FACTS).outcome.code(), v1::Outcome::UNSUPPORTED);
}

TEST_F(CollectTest, FoldersThatAreMissingAreNamed) {
  host::FakeHost empty;
  empty.MakeDirectory("Windows");
  const Collection collection = Collect(empty, nullptr, nullptr);
  EXPECT_EQ(collection.sets.at(v1::PACKAGES).outcome.code(), v1::Outcome::UNSUPPORTED);
  EXPECT_EQ(collection.sets.at(v1::UPDATES).outcome.code(), v1::Outcome::UNSUPPORTED);
  EXPECT_EQ(collection.sets.at(v1::CATALOGS).outcome.code(), v1::Outcome::UNSUPPORTED);
  EXPECT_THAT(collection.sets.at(v1::CATALOGS).outcome.detail(), HasSubstr("servicing/Packages"));
  EXPECT_EQ(collection.incidents_outcome.code(), v1::Outcome::UNSUPPORTED);
}

TEST_F(CollectTest, PackagesAndTheUpdatesTheyBelongTo) {
  AddPackage("Package_for_KB2705219", 2705219);
  AddPackage("Package_2_for_KB2705219", 2705219);
  AddPackage("Microsoft-Windows-Foundation-Package", 0, "6.1.7600.16385");
  AddPackage("Microsoft-Windows-Foundation-Package", 0, "6.1.7601.17514");
  const Collection collection = Collected();
  EXPECT_EQ(collection.sets.at(v1::PACKAGES).outcome.code(), v1::Outcome::OK);
  const auto packages = Items<v1::Package>(collection, v1::PACKAGES);
  ASSERT_EQ(packages.size(), 4u);
  EXPECT_EQ(packages[0].state(), v1::Package::PRESENT);
  const auto updates = Items<v1::Update>(collection, v1::UPDATES);
  ASSERT_EQ(updates.size(), 1u);
  EXPECT_EQ(updates[0].kb(), "KB2705219");
  EXPECT_EQ(updates[0].description(), "Security Update");
  EXPECT_EQ(updates[0].source(), v1::Update::MANIFEST);
  EXPECT_EQ(collection.attributes.os_version(), "6.1.7601");
  EXPECT_EQ(collection.attributes.os(), "Windows 7 SP1");
  EXPECT_EQ(collection.attributes.architecture(), "amd64");
}

TEST_F(CollectTest, APackageWhoseManifestIsDamagedIsToldByItsName) {
  host_.Write(absl::StrCat(kPackages, kPackage, ".mum"), "no xml");
  AddPackage("Package_for_KB1", 1000001);
  const Collection collection = Collected();
  const auto& outcome = collection.sets.at(v1::PACKAGES).outcome;
  EXPECT_EQ(outcome.code(), v1::Outcome::PARTIAL);
  EXPECT_THAT(outcome.detail(), HasSubstr("1 of 2 package manifests not read"));
  EXPECT_THAT(outcome.detail(), HasSubstr(kPackage));
  bool found = false;
  for (const auto& package : Items<v1::Package>(collection, v1::PACKAGES)) {
    if (package.identity() != kPackage) continue;
    found = true;
    EXPECT_EQ(package.kb(), "KB2705219");
    EXPECT_EQ(package.state(), v1::Package::STATE_UNSPECIFIED);
  }
  EXPECT_TRUE(found);
  EXPECT_EQ(Items<v1::Update>(collection, v1::UPDATES).size(), 1u);  // KB1's alone
}

TEST_F(CollectTest, AFloodOfComplaintsHidesNoRecordOfACatalog) {
  std::string log;
  for (int i = 0; i < 12'000; ++i) {
    std::string word = "x";  // letters only: numbers are not told apart
    for (int rest = i; rest > 0; rest /= 26) word += static_cast<char>('a' + rest % 26);
    absl::StrAppend(&log, "2013-07-01 09:04:27, Error                 CBS    Failed to do ", word,
                    ". [HRESULT = 0x80004005 - E_FAIL]\r\n");
  }
  absl::StrAppend(
      &log,
      "2013-07-01 09:04:28, Error                 CBS    Failed to verify if catalog file "
      "\\\\?\\C:\\Windows\\Servicing\\Packages\\X.cat is valid. [HRESULT = 0x800b0101 - "
      "CERT_E_EXPIRED]\r\n");
  host_.Write("Windows/Logs/CBS/CBS.log", log);
  const Collection collection = Collected();
  EXPECT_EQ(collection.incidents_outcome.code(), v1::Outcome::PARTIAL);
  EXPECT_THAT(collection.incidents_outcome.detail(),
              HasSubstr("2000 log records not told: they are of kinds beyond the first 10000"));
  EXPECT_EQ(collection.incidents.back().signature().hresult(), 0x800B0101u);
}

TEST_F(CollectTest, BeyondTheirRoomRecordsOfCatalogsAreToldWithoutTheirNames) {
  std::string log;
  for (int i = 0; i < 10'050; ++i) {
    std::string word;
    for (int rest = i + 1; rest > 0; rest /= 26) word += static_cast<char>('a' + rest % 26);
    absl::StrAppend(&log,
                    "2013-07-01 09:04:27, Error                 CBS    Failed to verify if catalog "
                    "file \\\\?\\C:\\Windows\\Servicing\\Packages\\",
                    word, ".cat is valid. [HRESULT = 0x800b0101 - CERT_E_EXPIRED]\r\n");
  }
  host_.Write("Windows/Logs/CBS/CBS.log", log);
  const Collection collection = Collected();
  EXPECT_EQ(collection.incidents_outcome.code(), v1::Outcome::PARTIAL);
  EXPECT_THAT(collection.incidents_outcome.detail(),
              HasSubstr("50 log records are told without the files and packages that they name"));
  ASSERT_EQ(collection.incidents.size(), 10'001u);
  uint64_t count = 0;
  for (const v1::Incident& incident : collection.incidents) {
    EXPECT_EQ(incident.signature().hresult(), 0x800B0101u);
    if (incident.signature().file().empty()) count += incident.count();
  }
  EXPECT_EQ(count, 50u);
}

TEST_F(CollectTest, ALogThatReadsAsNoneIsNotCalledSeen) {
  for (const std::string& bytes : {std::string(4096, '\0'), std::string(4096, '\xC5')}) {
    for (const char* name : {"CBS.log", "CheckSUR.log"}) {
      host::FakeHost host;
      host.Write(absl::StrCat("Windows/Logs/CBS/", name), bytes);
      const v1::Outcome outcome = Collect(host, nullptr, nullptr).incidents_outcome;
      EXPECT_EQ(outcome.code(), v1::Outcome::PARTIAL) << name;
      EXPECT_THAT(outcome.detail(), HasSubstr(absl::StrCat("Windows/Logs/CBS/", name,
                                                           " holds nothing that reads as a")));
    }
  }
}

TEST_F(CollectTest, ALogInAnEncodingThatDoesNotShowItselfIsNotCalledSeen) {
  testdata::CbsLogText log(absl::Hours(2));
  log.AddStart(absl::FromUnixSeconds(1372662267));
  std::string big_endian;  // UTF-16 without its mark
  for (const char c : log.text()) big_endian += {'\0', c};
  host_.Write("Windows/Logs/CBS/CBS.log", big_endian);
  EXPECT_EQ(Collected().incidents_outcome.code(), v1::Outcome::PARTIAL);
}

TEST_F(CollectTest, CatalogsDependNeitherOnTheDayNorOnTheHost) {
  CatalogSpec faulty;
  faulty.timestamp_eku = CatalogSpec::TimestampEku::kMissing;
  const std::string bytes = Catalog(faulty);
  host_.Write(absl::StrCat(kPackages, kPackage, ".cat"), bytes);
  host_.Write("Windows/winsxs/Catalogs/0123.cat", bytes);
  const auto collection = Collected();
  const auto catalogs = Items<v1::Catalog>(collection, v1::CATALOGS);
  ASSERT_EQ(catalogs.size(), 2u);
  for (const v1::Catalog& catalog : catalogs) {
    EXPECT_EQ(catalog.result(), v1::Catalog::TIMESTAMP_CERTIFICATE_WITHOUT_EKU);
    EXPECT_EQ(FromProto(catalog.breaks_at()), testdata::kSignerNotAfter2013);
    EXPECT_EQ(catalog.failure_hresult(), 0x800B0101u);
    EXPECT_EQ(catalog.sha256(), Sha256(bytes).ToBytes());
    EXPECT_FALSE(catalog.timestamp().time_stamping_eku());
  }
  EXPECT_NE(catalogs[0].path(), catalogs[1].path());
}

TEST_F(CollectTest, WhatIsNoCatalogIsCorrupt) {
  host_.Write(absl::StrCat(kPackages, "empty.cat"), "");
  host_.Write(absl::StrCat(kPackages, "zeros.cat"), std::string(4096, '\0'));
  host_.Write(absl::StrCat(kPackages, "cut.cat"), Catalog().substr(0, 1000));
  host_.Write(absl::StrCat(kPackages, "large.cat"), std::string((16 << 20) + 1, 'x'));
  const auto collection = Collected();
  EXPECT_EQ(collection.sets.at(v1::CATALOGS).outcome.code(), v1::Outcome::OK);
  const auto catalogs = Items<v1::Catalog>(collection, v1::CATALOGS);
  ASSERT_EQ(catalogs.size(), 4u);
  for (const v1::Catalog& catalog : catalogs) EXPECT_EQ(catalog.result(), v1::Catalog::CORRUPT);
}

TEST_F(CollectTest, WhatMayNotBeReadIsNoEmptiness) {
  const std::string denied = absl::StrCat(kPackages, "secret.cat");
  host_.Write(denied, "x");
  host_.Fail(denied, absl::PermissionDeniedError("Permission denied"));
  EXPECT_EQ(Collected().sets.at(v1::CATALOGS).outcome.code(), v1::Outcome::DENIED);
  host_.Write(absl::StrCat(kPackages, "good.cat"), Catalog());
  const auto outcome = Collected().sets.at(v1::CATALOGS).outcome;
  EXPECT_EQ(outcome.code(), v1::Outcome::PARTIAL);
  EXPECT_THAT(outcome.detail(), HasSubstr("1 of 2 catalogs not read"));
  EXPECT_THAT(outcome.detail(), HasSubstr("secret.cat"));
}

TEST_F(CollectTest, FilesThatVanishAreNothingMissed) {
  host_.Write(absl::StrCat(kPackages, "gone.cat"), "x");
  host_.Fail(absl::StrCat(kPackages, "gone.cat"), absl::NotFoundError("gone"));
  EXPECT_EQ(Collected().sets.at(v1::CATALOGS).outcome.code(), v1::Outcome::OK);
}

TEST_F(CollectTest, ACatalogNamesTheCertificatesAboveItsSigner) {
  host_.Write(absl::StrCat(kPackages, "good.cat"), Catalog());
  const auto catalogs = Items<v1::Catalog>(Collected(), v1::CATALOGS);
  ASSERT_EQ(catalogs.size(), 1u);
  // Its root is not embedded.
  ASSERT_EQ(catalogs[0].chain_size(), 1);
  EXPECT_EQ(catalogs[0].chain(0).subject(), catalogs[0].issuer());
  EXPECT_EQ(catalogs[0].chain(0).subject(), "Microsoft Windows Verification PCA (test)");
  EXPECT_EQ(catalogs[0].chain(0).issuer(), "Microsoft Root Certificate Authority (test)");
  EXPECT_LT(FromProto(catalogs[0].chain(0).not_before()), FromProto(catalogs[0].not_before()));
  EXPECT_GT(FromProto(catalogs[0].chain(0).not_after()), FromProto(catalogs[0].not_after()));
}

TEST_F(CollectTest, NamesThatAreNoTextStillMakeValidItems) {
  host_.Write(absl::StrCat(kPackages, "a\xff\n.cat"), "x");
  const auto catalogs = Items<v1::Catalog>(Collected(), v1::CATALOGS);
  ASSERT_EQ(catalogs.size(), 1u);
  EXPECT_EQ(catalogs[0].path(), "Windows/servicing/Packages/a\\xff\n.cat");
}

TEST_F(CollectTest, IncidentsBySignatureInUtc) {
  const absl::Time first = absl::FromUnixSeconds(1372662267);  // 2013-07-01T07:04:27Z
  testdata::CbsLogText log(absl::Hours(2));
  log.AddStart(first - absl::Hours(1));
  log.AddExpiredCatalog(first, kPackage);
  log.AddExpiredCatalog(first + absl::Hours(3), kPackage);
  host_.Write("Windows/Logs/CBS/CBS.log", log.text());
  const Collection collection = Collected();
  EXPECT_EQ(collection.incidents_outcome.code(), v1::Outcome::OK);
  bool found = false;
  for (const v1::Incident& incident : collection.incidents) {
    if (incident.signature().message().find("verify if catalog file") == std::string::npos)
      continue;
    found = true;
    EXPECT_EQ(incident.count(), 2u);
    EXPECT_EQ(FromProto(incident.first()), first);
    EXPECT_EQ(FromProto(incident.last()), first + absl::Hours(3));
    EXPECT_EQ(incident.signature().hresult(), 0x800B0101u);
    EXPECT_EQ(incident.signature().severity(), "Error");
    EXPECT_THAT(incident.first_message(), HasSubstr(kPackage));
    EXPECT_THAT(incident.last_message(), HasSubstr(kPackage));
  }
  EXPECT_TRUE(found);
}

TEST_F(CollectTest, ARunInBothCheckSurLogsCountsOnce) {
  const std::string run =
      "=================================\r\nChecking System Update Readiness.\r\nBinary Version "
      "6.1.7601.21645\r\nPackage Version 19.0\r\n2013-07-01 10:10\r\n\r\n"
      "Checking Package Manifests and Catalogs\r\n"
      "(w)\tCBS Catalog Expired\t0x800B0101\tservicing\\Packages\\" +
      std::string(kPackage) + ".cat\t\t\r\n\r\nSummary:\r\nSeconds executed: 539\r\n";
  host_.Write("Windows/Logs/CBS/CheckSUR.log", run);
  host_.Write("Windows/Logs/CBS/CheckSUR.persist.log", run);
  const Collection collection = Collected();
  ASSERT_EQ(collection.incidents.size(), 1u);
  const auto& incident = collection.incidents[0];
  EXPECT_EQ(incident.count(), 1u);
  EXPECT_EQ(incident.signature().component(), "CBS Catalog Expired");
  EXPECT_EQ(incident.signature().severity(), "w");
  EXPECT_EQ(incident.signature().file(), absl::StrCat("servicing/Packages/", kPackage, ".cat"));
  EXPECT_THAT(collection.incidents_outcome.detail(), HasSubstr("taken as UTC"));
}

TEST_F(CollectTest, ArchivesThatWereNotReadAreMissing) {
  host_.Write("Windows/Logs/CBS/CbsPersist_20130601000000.cab", "MSCF");
  const Collection collection = Collected();
  EXPECT_EQ(collection.incidents_outcome.code(), v1::Outcome::PARTIAL);
  EXPECT_THAT(collection.incidents_outcome.detail(), HasSubstr("1 CbsPersist_*.cab not read"));
}

TEST_F(CollectTest, TheServicingStackTellsTheVersionWherePackagesDoNot) {
  host_.Write("Windows/Logs/CBS/CBS.log",
              "2016-09-28 04:30:30, Info                  CBS    Loaded Servicing Stack "
              "v6.1.7601.23505 with Core: "
              "C:\\Windows\\winsxs\\x86_microsoft-windows-servicingstack_31bf3856ad364e35_6.1.7601."
              "23505_none_"
              "681aa442f6fed7f0\\cbscore.dll\r\n");
  const Collection collection = Collected();
  EXPECT_EQ(collection.attributes.os_version(), "6.1.7601");
  EXPECT_EQ(collection.attributes.architecture(), "x86");
}

TEST_F(CollectTest, TheSameVolumeGivesTheSameSets) {
  AddPackage("Package_for_KB2705219", 2705219);
  host_.Write(absl::StrCat(kPackages, "a.cat"), Catalog());
  const Collection first = Collected(), second = Collected();
  for (const auto& [kind, collected] : first.sets) {
    EXPECT_EQ(collected.set->digest(), second.sets.at(kind).set->digest());
  }
}

}  // namespace
}  // namespace muster::collect
