#include "agent/host/windows/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/host/windows/cbs_packages.h"
#include "agent/host/windows/directory_facts.h"
#include "agent/host/windows/reboot_pending.h"
#include "agent/host/windows/registry_sandbox.h"

namespace muster::host {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const std::wstring kCbs =
    L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Component Based Servicing";
const std::wstring kTop = L"Package_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1";
const std::wstring kSessionManager = L"SYSTEM\\CurrentControlSet\\Control\\Session Manager";

Answer<CbsPackageKeys> Packages() {
  PendingAnswer<CbsPackageKeys> pending(absl::Seconds(60));
  ReadCbsPackages(pending);
  return pending.Wait();
}

std::optional<RebootPending> Reboot() {
  MachineFacts facts;
  EXPECT_EQ(ReadRebootPending(facts), 0u);
  return facts.reboot_pending;
}

TEST(CbsPackages, GivesValuesAsTheyLieThere) {
  RegistrySandbox registry;
  const std::wstring key = kCbs + L"\\Packages\\" + kTop;
  registry.SetDword(key, L"CurrentState", 0x70);
  registry.SetText(key, L"InstallClient", L"Ä");
  registry.SetText(key, L"LastError", L"none");
  registry.SetDword(key, L"Unrelated", 1);
  registry.SetDword(key + L"\\Owners", L"Parent~31bf3856ad364e35~amd64~~6.1.1.1", 0x20070);
  const Answer<CbsPackageKeys> answer = Packages();
  ASSERT_EQ(answer.code, AnswerCode::kOk) << answer.detail;
  ASSERT_THAT(answer.value.packages, SizeIs(1));
  const CbsPackageKey& package = answer.value.packages[0];
  EXPECT_EQ(package.identity, "Package_for_KB2705219~31bf3856ad364e35~amd64~~6.1.1.1");
  EXPECT_THAT(package.values,
              ElementsAre(RegistryValue{"CurrentState", REG_DWORD, std::string("\x70\0\0\0", 4)},
                          RegistryValue{"InstallClient", REG_SZ, std::string("\xC4\0\0\0", 4)},
                          RegistryValue{"LastError", REG_SZ, std::string("n\0o\0n\0e\0\0\0", 10)}));
  EXPECT_THAT(package.owners, ElementsAre("Parent~31bf3856ad364e35~amd64~~6.1.1.1"));
  EXPECT_EQ(answer.value.only_in_32_bit_view, 0u);
}

TEST(CbsPackages, NoPackagesIsAnAnswer) {
  RegistrySandbox registry;
  registry.AddKey(kCbs + L"\\Packages");
  const Answer<CbsPackageKeys> answer = Packages();
  EXPECT_TRUE(answer.complete());
  EXPECT_THAT(answer.value.packages, IsEmpty());
}

TEST(CbsPackages, NoKeyAtAllIsUnsupported) {
  RegistrySandbox registry;
  const Answer<CbsPackageKeys> answer = Packages();
  EXPECT_EQ(answer.code, AnswerCode::kUnsupported);
  EXPECT_EQ(answer.hresult, 0x80070002u);
  EXPECT_THAT(answer.detail, HasSubstr("Component Based Servicing"));
}

TEST(CbsPackages, AHugeValueIsNamedAndNotTaken) {
  RegistrySandbox registry;
  const std::wstring key = kCbs + L"\\Packages\\" + kTop;
  registry.SetDword(key, L"CurrentState", 0x70);
  registry.SetValue(key, L"InstallLocation", REG_BINARY, std::string(100'000, 'x'));
  const Answer<CbsPackageKeys> answer = Packages();
  EXPECT_EQ(answer.code, AnswerCode::kPartial);
  EXPECT_EQ(answer.hresult, 0x800700EAu);
  EXPECT_THAT(answer.detail, HasSubstr("InstallLocation"));
  ASSERT_THAT(answer.value.packages, SizeIs(1));
  EXPECT_THAT(answer.value.packages[0].values,
              ElementsAre(RegistryValue{"CurrentState", REG_DWORD, std::string("\x70\0\0\0", 4)},
                          RegistryValue{"InstallLocation", REG_BINARY, ""}));
}

TEST(CbsPackages, ValuesLongerThanTheFirstTryAreWhole) {
  RegistrySandbox registry;
  registry.SetText(kCbs + L"\\Packages\\" + kTop, L"InstallLocation", std::wstring(5'000, L'x'));
  EXPECT_THAT(Packages().value.packages[0].values[0].bytes, SizeIs(10'002));
}

TEST(CbsPackages, EndsWhenNobodyWaits) {
  RegistrySandbox registry;
  registry.AddKey(kCbs + L"\\Packages\\" + kTop);
  PendingAnswer<CbsPackageKeys> pending{absl::ZeroDuration()};
  pending.Wait();
  ReadCbsPackages(pending);
  EXPECT_TRUE(pending.left_behind());
}

TEST(ReadRebootPending, NothingWaits) {
  RegistrySandbox registry;
  registry.AddKey(kSessionManager);
  const std::optional<RebootPending> pending = Reboot();
  ASSERT_TRUE(pending.has_value());
  EXPECT_FALSE(pending->cbs_reboot_pending);
  EXPECT_FALSE(pending->windows_update_required);
  EXPECT_EQ(pending->pending_file_renames, 0u);
}

TEST(ReadRebootPending, SeesEachPlace) {
  RegistrySandbox registry;
  registry.AddKey(kCbs + L"\\RebootPending");
  registry.AddKey(kCbs + L"\\PackagesPending");
  registry.AddKey(
      L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\WindowsUpdate\\Auto Update\\RebootRequired");
  const std::wstring renames(L"\\??\\C:\\a\0\0\\??\\C:\\b\0!\\??\\C:\\c\0\0", 30);
  registry.SetValue(
      kSessionManager, L"PendingFileRenameOperations", REG_MULTI_SZ,
      std::string(reinterpret_cast<const char*>(renames.data()), renames.size() * sizeof(wchar_t)));
  const std::optional<RebootPending> pending = Reboot();
  ASSERT_TRUE(pending.has_value());
  EXPECT_TRUE(pending->cbs_reboot_pending);
  EXPECT_FALSE(pending->cbs_reboot_in_progress);
  EXPECT_TRUE(pending->cbs_packages_pending);
  EXPECT_TRUE(pending->windows_update_required);
  EXPECT_EQ(pending->pending_file_renames, 2u);
}

TEST(ReadRebootPending, WhatCannotBeReadIsNoGuess) {
  RegistrySandbox registry;
  registry.SetDword(kSessionManager, L"PendingFileRenameOperations", 1);
  MachineFacts facts;
  EXPECT_NE(ReadRebootPending(facts), 0u);
  EXPECT_FALSE(facts.reboot_pending.has_value());
}

TEST(ReadSiteAndUnit, ReadsWhatNetlogonAndGroupPolicyLeft) {
  RegistrySandbox registry;
  const std::wstring netlogon = L"SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters";
  registry.SetText(netlogon, L"DynamicSiteName", L"Hamburg");
  registry.SetText(L"SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\State\\Machine",
                   L"Distinguished-Name", L"CN=PC1,OU=Clients,DC=contoso,DC=org");
  MachineFacts facts;
  EXPECT_EQ(ReadSiteAndUnit(facts), 0u);
  EXPECT_EQ(facts.site, "Hamburg");
  EXPECT_EQ(facts.organizational_unit, "OU=Clients,DC=contoso,DC=org");
  registry.SetText(netlogon, L"SiteName", L"Berlin");
  EXPECT_EQ(ReadSiteAndUnit(facts), 0u);
  EXPECT_EQ(facts.site, "Berlin");
}

TEST(ReadSiteAndUnit, AWorkgroupHasNeither) {
  RegistrySandbox registry;
  MachineFacts facts;
  EXPECT_EQ(ReadSiteAndUnit(facts), 0u);
  EXPECT_EQ(facts.site, "");
}

}  // namespace
}  // namespace muster::host
