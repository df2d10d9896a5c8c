// The real package of KB2780124: signed, compressed by MSZIP, the cabinet in it by LZX.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <random>

#include "common/servicing/msu/msu.h"
#include "tests/testdata/files.h"

namespace muster::servicing {
namespace {

constexpr char kName[] = "Windows6.1-KB2780124-x64.msu";

class RealMsu : public testing::Test {
 protected:
  void SetUp() override {
    const auto data = testdata::SharedData();
    if (!data || !std::filesystem::exists(*data / "msu" / kName)) {
      GTEST_SKIP() << "the folder of real packages, ../shared/data/msu, is not here";
    }
    file_ = *data / "msu" / kName;
    std::string folder = testing::TempDir() + "/msuXXXXXX";
    ASSERT_NE(mkdtemp(folder.data()), nullptr);
    folder_ = folder;
    std::filesystem::create_directory(folder_ / "scratch");
  }
  void TearDown() override {
    if (folder_.empty()) return;
    EXPECT_TRUE(std::filesystem::is_empty(folder_ / "scratch"));
    std::filesystem::remove_all(folder_);
  }
  absl::StatusOr<Msu> Read(const std::string& bytes) {
    EXPECT_TRUE(testdata::WriteFile(folder_ / kName, bytes).ok());
    return ReadMsu(folder_ / kName, folder_ / "scratch");
  }

  std::filesystem::path file_, folder_;
};

TEST_F(RealMsu, SaysWhatItIs) {
  const auto msu = ReadMsu(file_, folder_ / "scratch");
  ASSERT_TRUE(msu.ok()) << msu.status();
  EXPECT_EQ(msu->kb, "KB2780124");
  EXPECT_EQ(msu->architecture, "amd64");
  EXPECT_EQ(msu->package_type, "Hotfix");
  EXPECT_EQ(msu->applies_to, "Windows 6.1");
  EXPECT_THAT(msu->cabs, testing::ElementsAre("Windows6.1-KB2780124-x64.cab"));
  EXPECT_EQ(msu->catalogs.size(), 6u);
  for (const MsuCatalog& catalog : msu->catalogs) {
    SCOPED_TRACE(catalog.name);
    EXPECT_EQ(catalog.signature_class, SignatureClass::kValidTimestamped);
    EXPECT_EQ(catalog.breaks_at, absl::InfiniteFuture());
    EXPECT_EQ(catalog.signer, "Microsoft Windows");
  }
  std::vector<std::string> names;
  for (const MsuCatalog& catalog : msu->catalogs) names.push_back(catalog.name);
  EXPECT_THAT(names, testing::Contains("update.cat"));
  EXPECT_EQ(CheckMsuCatalogs(*msu, absl::FromUnixSeconds(1370044800), absl::Hours(24 * 3650)),
            absl::OkStatus());
}

TEST_F(RealMsu, TruncationIsTold) {
  const std::string whole = testdata::ReadFile(file_).value();
  for (size_t i = 0; i < 20; ++i) {
    const auto msu = Read(whole.substr(0, whole.size() * i / 20));
    EXPECT_EQ(msu.status().code(), absl::StatusCode::kInvalidArgument) << i << ": " << msu.status();
  }
  EXPECT_FALSE(Read(whole.substr(0, whole.size() - 1)).ok()) << "its signature lacks the end";
}

TEST_F(RealMsu, FlippedBytesDoNoHarm) {
  const std::string whole = testdata::ReadFile(file_).value();
  std::mt19937 random(20121103);
  int refused = 0;
  for (int i = 0; i < 100; ++i) {
    std::string damaged = whole;
    const size_t end = i % 2 == 0 ? damaged.size() : 500;
    damaged[random() % end] ^= static_cast<char>(1 + random() % 255);
    const auto msu = Read(damaged);
    if (msu.ok()) continue;
    ++refused;
    EXPECT_TRUE(absl::IsInvalidArgument(msu.status()) || absl::IsResourceExhausted(msu.status()))
        << i << ": " << msu.status();
  }
  EXPECT_GT(refused, 50);  // its blocks have checksums
}

}  // namespace
}  // namespace muster::servicing
