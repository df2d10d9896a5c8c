#include "agent/servicing/package/package_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::servicing {
namespace {

TEST(PackageIdentityTest, TakesTheFivePartsApartAndPutsThemTogether) {
  const char kText[] = "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1";
  const auto identity = ParsePackageIdentity(kText);
  ASSERT_TRUE(identity.ok()) << identity.status();
  EXPECT_EQ(identity->name, "Package_2_for_KB2705219");
  EXPECT_EQ(identity->public_key_token, "31bf3856ad364e35");
  EXPECT_EQ(identity->architecture, "amd64");
  EXPECT_EQ(identity->culture, "");
  EXPECT_EQ(identity->version, "6.1.1.1");
  EXPECT_EQ(identity->ToString(), kText);
}

TEST(PackageIdentityTest, CultureIsKeptAndNeutralIsNone) {
  EXPECT_EQ(ParsePackageIdentity("A~31bf3856ad364e35~amd64~de-DE~10.0.14393.0")->culture, "de-DE");
  EXPECT_EQ(ParsePackageIdentity("A~31bf3856ad364e35~amd64~neutral~1.0.0.0")->culture, "");
}

// Windows 7 with Internet Explorer 11 has packages without an architecture.
TEST(PackageIdentityTest, ArchitectureMayBeEmpty) {
  EXPECT_TRUE(ParsePackageIdentity("Microsoft-Windows-IE-Spelling-Parent-Package-English"
                                   "~31bf3856ad364e35~~~11.2.9412.0")
                  .ok());
}

TEST(PackageIdentityTest, RefusesWhatIsNone) {
  for (const std::string& text :
       {std::string(), std::string("KB2705219"), std::string("~t~a~~1.2.3.4"),
        std::string("n~t~a~1.2.3.4"), std::string("n~t~a~~1.2.3"), std::string("n~t~a~~1.2.3.4.5"),
        std::string("n~t~a~~1.2.x.4"), std::string("n~t~a~~1.2.3.4.cat"), std::string("n~t~a~~"),
        std::string("n~t~a~~~1.2.3.4"), std::string(100000, '~'),
        std::string("n~t~a~~1.2.3.99999999999")}) {
    EXPECT_EQ(ParsePackageIdentity(text).status().code(), absl::StatusCode::kInvalidArgument)
        << text.substr(0, 60);
  }
}

TEST(PackageIdentityTest, FindsTheIdentityInAPathOrAMessage) {
  const char kIdentity[] = "Package_2_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1";
  const std::string identity(kIdentity);
  EXPECT_EQ(FindPackageIdentity("\\\\?\\C:\\WINDOWS\\Servicing\\Packages\\" + identity + ".cat"),
            identity);
  EXPECT_EQ(FindPackageIdentity("Failed to initialize package: " + identity + ", from path"),
            identity);
  EXPECT_EQ(FindPackageIdentity("package '" + identity + "'."), identity);
  EXPECT_EQ(FindPackageIdentity("because of package: " + identity + ". [HRESULT"), identity);
  EXPECT_EQ(FindPackageIdentity("C:\\PROGRA~1\\x " + identity), identity);
  EXPECT_EQ(FindPackageIdentity("C:\\PROGRA~1\\x"), "");
  EXPECT_EQ(FindPackageIdentity(""), "");
  EXPECT_EQ(FindPackageIdentity(std::string(100000, '~')), "");
}

TEST(PackageIdentityTest, FindsTheKbInEverySpelling) {
  EXPECT_EQ(KbOfPackageName("Package_for_KB2705219"), "KB2705219");
  EXPECT_EQ(KbOfPackageName("Package_2_for_KB2705219"), "KB2705219");
  EXPECT_EQ(KbOfPackageName("package_for_kb2780124_sp1"), "KB2780124");
  EXPECT_EQ(KbOfPackageName("Package_for_KB976098_v2"), "KB976098");
  EXPECT_EQ(KbOfPackageName("KB976098-v2"), "KB976098");
  EXPECT_EQ(KbOfPackageName("KB976098v2"), "KB976098");
  EXPECT_EQ(KbOfPackageName("Package_3_for_KB958690_sc_1"), "KB958690");
  EXPECT_EQ(KbOfPackageName("Package_for_KB2999226_RTM_BF"), "KB2999226");
  EXPECT_EQ(KbOfPackageName("Windows6.1-KB2780124-x64.msu"), "KB2780124");
  EXPECT_EQ(KbOfPackageName("KB2780124"), "KB2780124");
}

TEST(PackageIdentityTest, ANameWithoutKbHasNone) {
  EXPECT_EQ(KbOfPackageName("Package_for_RollupFix"), "");
  EXPECT_EQ(KbOfPackageName("Microsoft-Windows-Foundation-Package"), "");
  EXPECT_EQ(KbOfPackageName("Package_for_KB"), "");
  EXPECT_EQ(KbOfPackageName("Package_for_KB12"), "");
  EXPECT_EQ(KbOfPackageName("Microsoft-Windows-USBKB1234567-Package"), "");
  EXPECT_EQ(KbOfPackageName("KB99999999999999"), "");
  EXPECT_EQ(KbOfPackageName(""), "");
}

}  // namespace
}  // namespace muster::servicing
