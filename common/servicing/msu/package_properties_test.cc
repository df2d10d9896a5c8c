#include "common/servicing/msu/package_properties.h"

#include <gtest/gtest.h>

#include "common/servicing/msu/package_name.h"

namespace muster::servicing {
namespace {

std::string Utf16(absl::string_view ascii) {
  std::string bytes;
  for (const char c : ascii) bytes += {c, '\0'};
  return bytes;
}

constexpr absl::string_view kText =
    "ApplicabilityInfo=\"Windows 7.0 Client SP1;\"\r\nApplies to=\"Windows 6.1\"\r\n"
    "KB Article Number=\"2780124\"\r\nPackage Type=\"Hotfix\"\r\n"
    "Processor Architecture=\"amd64\"\r\n";

void ExpectText(const PackageProperties& properties) {
  EXPECT_EQ(properties.kb_article_number, "2780124");
  EXPECT_EQ(properties.processor_architecture, "amd64");
  EXPECT_EQ(properties.package_type, "Hotfix");
  EXPECT_EQ(properties.applies_to, "Windows 6.1");
}

TEST(PackageProperties, ReadInEveryEncoding) {
  ExpectText(ParsePackageProperties(kText));
  ExpectText(ParsePackageProperties("\xEF\xBB\xBF" + std::string(kText)));
  ExpectText(ParsePackageProperties("\xFF\xFE" + Utf16(kText)));
  ExpectText(ParsePackageProperties(Utf16(kText)));
  // Cut within a character.
  ExpectText(ParsePackageProperties("\xFF\xFE" + Utf16(kText) + "x"));
}

TEST(PackageProperties, LettersBeyondAscii) {
  EXPECT_EQ(ParsePackageProperties("Package Type=\"f\xFCr\"").package_type, "f\xC3\xBCr");
  EXPECT_EQ(ParsePackageProperties("Package Type=\"f\xC3\xBCr\"").package_type, "f\xC3\xBCr");
  EXPECT_EQ(ParsePackageProperties("\xFF\xFE" + Utf16("Package Type=") +
                                   std::string("\x3D\xD8\x00\xDE", 4))
                .package_type,
            "\xF0\x9F\x98\x80");
  EXPECT_EQ(ParsePackageProperties("\xFF\xFE" + Utf16("Package Type=a") + "\x3D\xD8" + Utf16("b"))
                .package_type,
            "a\xEF\xBF\xBD"
            "b");
}

TEST(PackageProperties, WhatIsNoPropertyIsSteppedOver) {
  EXPECT_EQ(ParsePackageProperties("").kb_article_number, "");
  EXPECT_EQ(ParsePackageProperties("\xFF\xFE").kb_article_number, "");
  EXPECT_EQ(ParsePackageProperties("KB Article Number\n=\n\"\n").kb_article_number, "");
  EXPECT_EQ(ParsePackageProperties("kb article number = 2780124\nKB Article Number=\"1\"")
                .kb_article_number,
            "2780124");
}

TEST(PackageProperties, ValuesAreFitToBeShown) {
  EXPECT_EQ(ParsePackageProperties("Applies to=\"a\x1b[2Jb\xC2\x85\"").applies_to, "a?[2Jb?");
  const std::string longest = "Applies to=" + std::string(255, 'a') + "\xC3\xBC";
  EXPECT_EQ(ParsePackageProperties(longest).applies_to, std::string(255, 'a'));
}

TEST(PackageName, SaysKbAndArchitecture) {
  const struct {
    const char *name, *kb, *architecture;
  } cases[] = {
      {"Windows6.1-KB2780124-x64.msu", "KB2780124", "amd64"},
      {"windows6.1-kb2749655-v2-x86_0123456789abcdef0123456789abcdef01234567.msu", "KB2749655",
       "x86"},
      {"Windows6.1-KB2780124-ia64 (1).msu", "KB2780124", "ia64"},
      {"SSU-19041.1704-x64.cab", "", "amd64"},
      {"upload.msu", "", ""},
      {"KBabc-KB1.msu", "", ""},
  };
  for (const auto& expected : cases) {
    const PackageName name = ParsePackageName(expected.name);
    EXPECT_EQ(name.kb, expected.kb) << expected.name;
    EXPECT_EQ(name.architecture, expected.architecture) << expected.name;
  }
}

TEST(PackageName, Normal) {
  EXPECT_EQ(NormalKb("KB 2780124"), "KB2780124");
  EXPECT_EQ(NormalKb("123456789"), "");
  EXPECT_EQ(NormalKb("KB-278012"), "");
  EXPECT_EQ(NormalArchitecture(" AMD64 "), "amd64");
  EXPECT_EQ(NormalArchitecture("mips"), "");
  EXPECT_EQ(Printable("a\n\xFFz"), "a??z");
}

}  // namespace
}  // namespace muster::servicing
