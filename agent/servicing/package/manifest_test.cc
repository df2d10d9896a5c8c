#include "agent/servicing/package/manifest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "tests/testdata/files.h"

namespace muster::servicing {
namespace {

using testing::HasSubstr;

constexpr char kMinimal[] =
    "<assembly><assemblyIdentity name=\"Package_1_for_KB1234\" version=\"6.1.1.0\" "
    "language=\"neutral\" processorArchitecture=\"x86\" publicKeyToken=\"31bf3856ad364e35\"/>"
    "</assembly>";

std::string RealFile(const char* name) {
  const auto shared = testdata::SharedData();
  if (!shared) return "";
  const auto bytes = testdata::ReadFile(*shared / name);
  EXPECT_TRUE(bytes.ok()) << bytes.status();
  return bytes.value_or("");
}

void ExpectRefused(absl::string_view bytes, const std::string& why) {
  const auto manifest = ParsePackageManifest(bytes);
  EXPECT_EQ(manifest.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(manifest.status().message(), HasSubstr(why));
}

TEST(ManifestTest, ReadsTheUpdateManifestWithItsByteOrderMark) {
  const std::string bytes = RealFile("mum/KB2780124-x64_update.mum");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const auto manifest = ParsePackageManifest(bytes);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->identity.ToString(), "Package_for_KB2780124~31bf3856ad364e35~amd64~~6.1.1.0");
  EXPECT_EQ(manifest->kb, "KB2780124");
  EXPECT_EQ(manifest->release_type, "Hotfix");
  EXPECT_EQ(manifest->restart, "possible");
  EXPECT_EQ(manifest->support_url, "http://support.microsoft.com/?kbid=2780124");
  EXPECT_EQ(manifest->description, "Fix for KB2780124");
  ASSERT_EQ(manifest->parents.size(), 6u);
  EXPECT_EQ(manifest->parents[0].ToString(),
            "Microsoft-Windows-Server-Features-Package~31bf3856ad364e35~amd64~~6.1.7601.17514");
  ASSERT_EQ(manifest->children.size(), 1u);
  EXPECT_EQ(manifest->children[0].name, "Package_for_KB2780124_SP1");
}

TEST(ManifestTest, ComponentsOfAnUpdateAreNoChildren) {
  const std::string bytes =
      RealFile("mum/package_1_for_kb2780124~31bf3856ad364e35~amd64~~6.1.1.0.mum");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const auto manifest = ParsePackageManifest(bytes);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->identity.name, "Package_1_for_KB2780124");
  EXPECT_EQ(manifest->parents.size(), 3u);
  EXPECT_TRUE(manifest->children.empty());
}

TEST(ManifestTest, ReadsThePackageOfPackages) {
  const std::string bytes =
      RealFile("mum/package_for_kb2780124_sp1~31bf3856ad364e35~amd64~~6.1.1.0.mum");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const auto manifest = ParsePackageManifest(bytes);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->parents.size(), 6u);
  ASSERT_EQ(manifest->children.size(), 4u);
  EXPECT_EQ(manifest->children[0].name, "Package_1_for_KB2780124");
}

TEST(ManifestTest, TheNameGivesTheKbWhereThePackageElementIsMissing) {
  const std::string bytes =
      RealFile("cat_synthetic/package_2_for_kb2705219~31bf3856ad364e35~amd64~~6.1.1.1.mum");
  if (bytes.empty()) GTEST_SKIP() << "the shared data is not there";
  const auto manifest = ParsePackageManifest(bytes);
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->kb, "KB2705219");
  EXPECT_EQ(manifest->release_type, "");
}

TEST(ManifestTest, TheSupportAddressGivesTheKbOfARollup) {
  const auto manifest = ParsePackageManifest(
      "<assembly supportInformation=\"http://support.microsoft.com/?kbid=4103718\">"
      "<assemblyIdentity name=\"Package_for_RollupFix\" version=\"7601.24136.1.4\" "
      "language=\"neutral\" processorArchitecture=\"amd64\" publicKeyToken=\"31bf3856ad364e35\"/>"
      "</assembly>");
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->kb, "KB4103718");
}

TEST(ManifestTest, TakesPrefixedNames) {
  const auto manifest = ParsePackageManifest(
      "<a:assembly xmlns:a=\"urn:schemas-microsoft-com:asm.v3\"><a:assemblyIdentity name=\"P\" "
      "version=\"1.2.3.4\"/></a:assembly>");
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->identity.ToString(), "P~~~~1.2.3.4");
}

TEST(ManifestTest, SaysWhatIsWrongWithBadInput) {
  ExpectRefused("", "no XML");
  ExpectRefused(std::string(4096, '\0'), "no ");
  ExpectRefused("MZ\x90 this is a program", "no ");
  ExpectRefused(absl::string_view(kMinimal, 100), "no XML at byte");
  ExpectRefused("<package/>", "assembly");
  ExpectRefused("<assembly/>", "assemblyIdentity");
  ExpectRefused("<assembly><assemblyIdentity name=\"x\"/></assembly>", "version");
  ExpectRefused(absl::StrCat(kMinimal, std::string(17 << 20, ' ')), "more than");
}

TEST(ManifestTest, DeepNestingIsRefused) {
  std::string deep = "<assembly>";
  for (int i = 0; i < 200000; ++i) deep += "<x>";
  for (int i = 0; i < 200000; ++i) deep += "</x>";
  ExpectRefused(deep + "</assembly>", "deeper");
}

TEST(ManifestTest, EntitiesOfADtdAreNotExpanded) {
  const auto manifest = ParsePackageManifest(
      "<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\"><!ENTITY b \"&e;&e;\">]>"
      "<assembly description=\"&b;\"><assemblyIdentity name=\"P\" version=\"1.2.3.4\"/>"
      "</assembly>");
  ASSERT_TRUE(manifest.ok()) << manifest.status();
  EXPECT_EQ(manifest->description, "&b;");
}

TEST(ManifestTest, MutatedManifestsNeverHarm) {
  std::mt19937 random(20130701);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes = kMinimal;
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    const auto manifest = ParsePackageManifest(bytes.substr(0, random() % (bytes.size() + 1)));
    EXPECT_TRUE(!manifest.ok() || !manifest->identity.name.empty());
  }
}

}  // namespace
}  // namespace muster::servicing
