// Made packages: good ones, each fault, damaged bytes, and the gate before a rollout.
#include "common/servicing/msu/msu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <functional>
#include <random>

#include "absl/strings/str_cat.h"
#include "tests/testdata/catalog_maker.h"
#include "tests/testdata/files.h"
#include "tests/testdata/msu_maker.h"

namespace muster::servicing {
namespace {

using testdata::Authority;
using testdata::CatalogSpec;
using testdata::MakeCabinet;
using testdata::MakeMsu;
using testdata::MsuSpec;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Fault = MsuSpec::Fault;

const absl::Time kNow = absl::FromUnixSeconds(1370044800);  // 2013-06-01, 25 days before the end

std::string Catalog(const std::function<void(CatalogSpec&)>& change = [](CatalogSpec&) {}) {
  CatalogSpec spec;
  spec.members = {"<assembly/>"};
  change(spec);
  return MakeCatalog(Authority::OfProcess(), spec);
}

MsuSpec Spec(Fault fault = Fault::kNone) {
  MsuSpec spec;
  spec.catalog = Catalog();
  spec.fault = fault;
  return spec;
}

class MsuTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string folder = testing::TempDir() + "/msuXXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    std::filesystem::create_directory(scratch());
  }
  void TearDown() override {
    EXPECT_TRUE(std::filesystem::is_empty(scratch())) << "temporary files stayed behind";
    std::filesystem::remove_all(folder_);
  }

  std::filesystem::path scratch() const { return folder_ / "scratch"; }
  absl::StatusOr<Msu> Read(const std::string& bytes,
                           const std::string& name = "Windows6.1-KB2749655-x64.msu") {
    const absl::Status written = testdata::WriteFile(folder_ / name, bytes);
    EXPECT_TRUE(written.ok()) << written;
    return ReadMsu(folder_ / name, scratch());
  }
  void ExpectRefused(const std::string& bytes, const std::string& why,
                     absl::StatusCode code = absl::StatusCode::kInvalidArgument,
                     const std::string& name = "Windows6.1-KB2749655-x64.msu") {
    const auto msu = Read(bytes, name);
    EXPECT_EQ(msu.status().code(), code) << msu.status();
    EXPECT_THAT(std::string(msu.status().message()), AllOf(HasSubstr(why), HasSubstr(name)));
    EXPECT_THAT(std::string(msu.status().message()), Not(HasSubstr(folder_.string())));
  }
  // An answer or one of the errors that ReadMsu has for bytes.
  bool AnswersSanely(const std::string& bytes) {
    const auto msu = Read(bytes);
    if (msu.ok()) {
      (void)CheckMsuCatalogs(*msu, kNow, absl::Hours(24));
      return !msu->kb.empty() && !msu->catalogs.empty();
    }
    return absl::IsInvalidArgument(msu.status()) || absl::IsResourceExhausted(msu.status());
  }

  std::filesystem::path folder_;
};

TEST_F(MsuTest, SaysWhatItIs) {
  MsuSpec spec = Spec();
  const auto msu = Read(MakeMsu(spec));
  ASSERT_TRUE(msu.ok()) << msu.status();
  EXPECT_EQ(msu->kb, "KB2749655");
  EXPECT_EQ(msu->architecture, "amd64");
  EXPECT_EQ(msu->package_type, "Security Update");
  EXPECT_EQ(msu->applies_to, "Windows 6.1");
  EXPECT_THAT(msu->cabs, ElementsAre("Windows6.1-KB2749655-x64.cab"));
  ASSERT_EQ(msu->catalogs.size(), 2u);
  EXPECT_EQ(msu->catalogs[0].name, "update.cat");
  EXPECT_EQ(msu->catalogs[1].name, "package_1.cat");
  EXPECT_EQ(msu->catalogs[0].signature_class, SignatureClass::kValidTimestamped);
  EXPECT_EQ(msu->catalogs[0].breaks_at, absl::InfiniteFuture());
  EXPECT_EQ(msu->catalogs[0].signer, "Microsoft Windows (test)");
}

TEST_F(MsuTest, OtherArchitectures) {
  for (const char* architecture : {"x86", "ia64"}) {
    MsuSpec spec = Spec();
    spec.architecture = architecture;
    const auto msu = Read(MakeMsu(spec), MsuName(spec));
    ASSERT_TRUE(msu.ok()) << msu.status();
    EXPECT_EQ(msu->architecture, architecture);
  }
}

TEST_F(MsuTest, PropertiesInUtf16) {
  MsuSpec spec = Spec();
  spec.utf16_properties = true;
  const auto msu = Read(MakeMsu(spec));
  ASSERT_TRUE(msu.ok()) << msu.status();
  EXPECT_EQ(msu->kb, "KB2749655");
  EXPECT_EQ(msu->applies_to, "Windows 6.1");
}

TEST_F(MsuTest, AnyNameThatSaysNothingElseWillDo) {
  for (const char* name : {"upload.msu", "windows6.1-kb2749655-v2-x64_00ff.msu", "KB2749655.msu"}) {
    const auto msu = Read(MakeMsu(Spec()), name);
    EXPECT_TRUE(msu.ok()) << msu.status();
  }
}

TEST_F(MsuTest, EachFaultIsTold) {
  const struct {
    Fault fault;
    const char* why;
    absl::StatusCode code = absl::StatusCode::kInvalidArgument;
  } cases[] = {
      {Fault::kNoScan, "WSUSSCAN.cab"},
      {Fault::kNoInnerCabinet, "no update cabinet is in it"},
      {Fault::kNoProperties, "pkgProperties.txt, and holds 0"},
      {Fault::kTwoProperties, "pkgProperties.txt, and holds 2"},
      {Fault::kNoKb, "no KB Article Number"},
      {Fault::kNoArchitecture, "no Processor Architecture"},
      {Fault::kOtherKb, "KB1234567"},
      {Fault::kOtherArchitecture, "what is in it is for ia64"},
      {Fault::kNoCatalog, "no catalog is in it"},
      {Fault::kNothingInside, "no catalog is in its cabinets"},
      {Fault::kInnerIsNoCabinet, "Windows6.1-KB2749655-x64.cab in it: it is no cabinet"},
      {Fault::kInnerTruncated, "Windows6.1-KB2749655-x64.cab in it: it is truncated"},
      {Fault::kBadChecksum, "a checksum does not match"},
      {Fault::kInnerBadChecksum, "a checksum does not match"},
      {Fault::kLargeProperties, "65536", absl::StatusCode::kResourceExhausted},
      {Fault::kManyMembers, "10001 files", absl::StatusCode::kResourceExhausted},
      {Fault::kManyInnerCabinets, "33 cabinets", absl::StatusCode::kResourceExhausted},
      {Fault::kHugeInnerCabinet, "1073741825 bytes", absl::StatusCode::kResourceExhausted},
  };
  for (const auto& expected : cases) {
    SCOPED_TRACE(expected.why);
    ExpectRefused(MakeMsu(Spec(expected.fault)), expected.why, expected.code);
  }
}

TEST_F(MsuTest, ContradictionsAreTold) {
  ExpectRefused(MakeMsu(Spec()), "its name says KB2780124, what is in it is KB2749655",
                absl::StatusCode::kInvalidArgument, "Windows6.1-KB2780124-x64.msu");
  ExpectRefused(MakeMsu(Spec()), "its name says x86, what is in it is for amd64",
                absl::StatusCode::kInvalidArgument, "Windows6.1-KB2749655-x86.msu");
  // With a name that says nothing, the properties and the inner cabinet are left to contradict.
  const auto kInvalid = absl::StatusCode::kInvalidArgument;
  ExpectRefused(MakeMsu(Spec(Fault::kOtherKb)),
                "its properties say KB1234567, but no cabinet in it is of that KB", kInvalid,
                "upload.msu");
  ExpectRefused(MakeMsu(Spec(Fault::kOtherArchitecture)),
                "its properties say ia64, its cabinet Windows6.1-KB2749655-x64.cab says amd64",
                kInvalid, "upload.msu");
}

TEST_F(MsuTest, OtherFilesAreRefused) {
  ExpectRefused("", "it is empty");
  ExpectRefused("MS", "it is truncated");
  ExpectRefused("<!DOCTYPE html>", "web page");
  ExpectRefused(std::string("MSWIM\0\0\0", 8), "WIM image");
  ExpectRefused(std::string(4096, '\0'), "it is no cabinet");
  ExpectRefused(std::string("MSCF") + std::string(4096, '\0'), "damaged");
  ExpectRefused(MakeCabinet({{"a.txt", "a"}}), "WSUSSCAN.cab");
  std::string in_a_set = MakeMsu(Spec());
  in_a_set[30] = 2;
  ExpectRefused(in_a_set, "one of a set");
  std::filesystem::create_directory(folder_ / "folder.msu");
  EXPECT_EQ(ReadMsu(folder_ / "folder.msu", scratch()).status().code(),
            absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(ReadMsu(folder_ / "absent.msu", scratch()).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(MsuTest, ScratchFolderMustBeThere) {
  ASSERT_TRUE(testdata::WriteFile(folder_ / "a.msu", MakeMsu(Spec())).ok());
  const auto msu = ReadMsu(folder_ / "a.msu", folder_ / "absent");
  EXPECT_EQ(msu.status().code(), absl::StatusCode::kNotFound) << msu.status();
}

TEST_F(MsuTest, FullDiskIsNoDamage) {
  ASSERT_TRUE(testdata::WriteFile(folder_ / "a.msu", MakeMsu(Spec())).ok());
  // A limit on file sizes stands in for a disk without room.
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit limited = before;
  limited.rlim_cur = 100;
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &limited), 0);
  const auto msu = ReadMsu(folder_ / "a.msu", scratch());
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_EQ(msu.status().code(), absl::StatusCode::kResourceExhausted) << msu.status();
  EXPECT_THAT(std::string(msu.status().message()), HasSubstr("scratch folder"));
}

TEST_F(MsuTest, LargeCatalogIsRefused) {
  MsuSpec spec = Spec();
  spec.catalog.assign(16 * 1024 * 1024 + 1, 'x');
  ExpectRefused(MakeMsu(spec), "update.cat has 16777217 bytes",
                absl::StatusCode::kResourceExhausted);
}

TEST_F(MsuTest, NamesAreNoPaths) {
  const std::string inner =
      MakeCabinet({{"..\\..\\update.cat", Catalog()}, {"/etc/evil\n.CAT", Catalog()}});
  const auto msu =
      Read(MakeCabinet({{"..\\WsusScan.cab", "x"},
                        {"../../KB2749655.CAB", inner},
                        {"\\x-PKGPROPERTIES.txt",
                         "KB Article Number=\"2749655\"\nProcessor Architecture=\"x64\"\n"}}));
  ASSERT_TRUE(msu.ok()) << msu.status();
  EXPECT_THAT(msu->cabs, ElementsAre("../../KB2749655.CAB"));
  EXPECT_EQ(msu->catalogs.at(1).name, "/etc/evil?.CAT");
  EXPECT_EQ(msu->architecture, "amd64");
}

TEST_F(MsuTest, SeveralCabinets) {
  const std::string good = MakeCabinet({{"update.cat", Catalog()}});
  const std::string lapsing = MakeCabinet({{"update.cat", Catalog([](CatalogSpec& spec) {
                                              spec.timestamp = CatalogSpec::Timestamp::kNone;
                                            })}});
  const std::pair<std::string, std::string> scan = {"WSUSSCAN.cab", "x"};
  const std::pair<std::string, std::string> properties = {
      "pkgProperties.txt", "KB Article Number=\"2749655\"\nProcessor Architecture=\"x64\"\n"};
  const auto msu = Read(MakeCabinet(
      {scan, {"SSU-1-x64.cab", good}, {"Windows6.1-KB2749655-x64.cab", lapsing}, properties}));
  ASSERT_TRUE(msu.ok()) << msu.status();
  EXPECT_THAT(msu->cabs, ElementsAre("SSU-1-x64.cab", "Windows6.1-KB2749655-x64.cab"));
  ASSERT_EQ(msu->catalogs.size(), 2u);
  EXPECT_EQ(msu->catalogs[1].signature_class, SignatureClass::kNoTimestamp);
  ExpectRefused(
      MakeCabinet({scan, {"KB2749655-x64.cab", good}, {"SSU-1-x86.cab", good}, properties}),
      "its cabinet SSU-1-x86.cab says x86");
}

TEST_F(MsuTest, TruncationIsTold) {
  const std::string whole = MakeMsu(Spec());
  for (size_t i = 0; i < 20; ++i) {
    const auto msu = Read(whole.substr(0, whole.size() * i / 20));
    EXPECT_EQ(msu.status().code(), absl::StatusCode::kInvalidArgument) << i << ": " << msu.status();
  }
  ExpectRefused(whole.substr(0, whole.size() - 1), "it is truncated");
}

TEST_F(MsuTest, FlippedBytesDoNoHarm) {
  const std::string whole = MakeMsu(Spec());
  std::mt19937 random(20130626);
  for (int i = 0; i < 500; ++i) {
    std::string damaged = whole;
    // Half of them where the structure is: the first 400 bytes.
    const size_t end = i % 2 == 0 ? damaged.size() : 400;
    for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips) {
      damaged[random() % end] ^= static_cast<char>(1 + random() % 255);
    }
    EXPECT_TRUE(AnswersSanely(damaged)) << i;
  }
}

class Rollout : public MsuTest {
 protected:
  absl::Status Check(const std::function<void(CatalogSpec&)>& change, absl::Time now = kNow,
                     absl::Duration margin = absl::Hours(24 * 90)) {
    MsuSpec spec;
    spec.catalog = Catalog(change);
    const auto msu = Read(MakeMsu(spec));
    EXPECT_TRUE(msu.ok()) << msu.status();
    return msu.ok() ? CheckMsuCatalogs(*msu, now, margin) : msu.status();
  }
  static void ExpectRefusal(const absl::Status& status, std::initializer_list<const char*> words) {
    EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition) << status;
    for (const char* word : words) {
      EXPECT_THAT(std::string(status.message()), HasSubstr(word));
    }
  }
};

TEST_F(Rollout, ValidPackageIsAccepted) {
  EXPECT_EQ(Check([](CatalogSpec&) {}), absl::OkStatus());
  EXPECT_EQ(Check([](CatalogSpec&) {}, kNow, absl::InfiniteDuration()), absl::OkStatus());
}

TEST_F(Rollout, CatalogThatLapsesSoonIsRefused) {
  const auto without_eku = [](CatalogSpec& spec) {
    spec.timestamp_eku = CatalogSpec::TimestampEku::kMissing;
  };
  ExpectRefusal(Check(without_eku),
                {"KB2749655", "update.cat (and 1 more", "not made out for time stamping",
                 "it lapses on 2013-06-26 (then 0x800B0101 CERT_E_EXPIRED)", "reissued"});
  ExpectRefusal(Check([](CatalogSpec& s) { s.timestamp = CatalogSpec::Timestamp::kNone; }),
                {"has no timestamp", "2013-06-26"});
  ExpectRefusal(Check([](CatalogSpec& s) { s.lifetime_signing = true; }),
                {"lifetime signing", "2013-06-26"});
  // Long enough, exactly long enough, a second short.
  EXPECT_EQ(Check(without_eku, kNow, absl::Hours(24)), absl::OkStatus());
  const absl::Duration left = testdata::kSignerNotAfter2013 - kNow;
  EXPECT_EQ(Check(without_eku, kNow, left), absl::OkStatus());
  ExpectRefusal(Check(without_eku, kNow, left + absl::Seconds(1)), {"it lapses on 2013-06-26"});
  EXPECT_EQ(Check(without_eku, kNow, -absl::InfiniteDuration()), absl::OkStatus());
}

TEST_F(Rollout, CatalogThatDoesNotVerifyIsRefused) {
  const auto without_stamp = [](CatalogSpec& spec) {
    spec.timestamp = CatalogSpec::Timestamp::kNone;
  };
  ExpectRefusal(Check(without_stamp, kNow + absl::Hours(24 * 365), absl::ZeroDuration()),
                {"it lapsed on 2013-06-26 (0x800B0101 CERT_E_EXPIRED)"});
  ExpectRefusal(Check(without_stamp, absl::FromUnixSeconds(1300000000), absl::ZeroDuration()),
                {"it is not valid before 2012-03-26", "clock"});
  ExpectRefusal(Check([](CatalogSpec& s) { s.is_signed = false; }), {"is not signed"});
  ExpectRefusal(Check([](CatalogSpec& s) { s.fault = CatalogSpec::Fault::kTamperedMember; }),
                {"broken signature", "Windows never takes it", "Download"});
  Msu damaged;
  damaged.kb = "KB2749655";
  ExpectRefusal(CheckMsuCatalogs(damaged, kNow, absl::ZeroDuration()), {"no catalog inside"});
  damaged.catalogs.emplace_back();
  ExpectRefusal(CheckMsuCatalogs(damaged, kNow, absl::ZeroDuration()), {"is damaged"});
}

}  // namespace
}  // namespace muster::servicing
