#include "agent/host/windows/directory_facts.h"

#include <windows.h>
// Behind windows.h.
#include <dsrole.h>
#include <ntsecapi.h>

#include "agent/host/windows/machine_identity.h"
#include "agent/host/windows/registry.h"
#include "agent/host/windows/text.h"

namespace muster::host {

uint32_t ReadMachineSid(MachineFacts& facts) {
  LSA_OBJECT_ATTRIBUTES attributes{};
  LSA_HANDLE policy = nullptr;
  NTSTATUS status = LsaOpenPolicy(nullptr, &attributes, POLICY_VIEW_LOCAL_INFORMATION, &policy);
  if (status != 0) return LsaNtStatusToWinError(status);
  void* buffer = nullptr;
  status = LsaQueryInformationPolicy(policy, PolicyAccountDomainInformation, &buffer);
  LsaClose(policy);
  if (status != 0) return LsaNtStatusToWinError(status);
  const auto* const account = static_cast<const POLICY_ACCOUNT_DOMAIN_INFO*>(buffer);
  absl::StatusOr<std::string> text = absl::NotFoundError("no SID");
  if (account->DomainSid != nullptr && IsValidSid(account->DomainSid)) {
    text =
        SidText({static_cast<const char*>(account->DomainSid), GetLengthSid(account->DomainSid)});
  }
  LsaFreeMemory(buffer);
  if (!text.ok()) return ERROR_INVALID_SID;
  facts.machine_sid = *text;
  return 0;
}

uint32_t ReadDomain(MachineFacts& facts) {
  BYTE* buffer = nullptr;
  const DWORD error =
      DsRoleGetPrimaryDomainInformation(nullptr, DsRolePrimaryDomainInfoBasic, &buffer);
  if (error != 0) return error;
  const auto* const info = reinterpret_cast<const DSROLE_PRIMARY_DOMAIN_INFO_BASIC*>(buffer);
  // A domain of Windows NT has no DNS name; a workgroup's name is no domain.
  const bool member = info->MachineRole != DsRole_RoleStandaloneWorkstation &&
                      info->MachineRole != DsRole_RoleStandaloneServer;
  const wchar_t* const name =
      info->DomainNameDns != nullptr ? info->DomainNameDns : info->DomainNameFlat;
  if (member && name != nullptr) facts.domain = Utf8Of(name);
  DsRoleFreeMemory(buffer);
  return 0;
}

uint32_t ReadSiteAndUnit(MachineFacts& facts) {
  uint32_t error = 0;
  const std::optional<RegistryKey> netlogon = RegistryKey::Open(
      "SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters", RegistryView::k64Bit, error);
  if (!netlogon && error != ERROR_FILE_NOT_FOUND) return error;
  if (netlogon) {
    facts.site = netlogon->Text("SiteName");
    if (facts.site.empty()) facts.site = netlogon->Text("DynamicSiteName");
  }
  const std::optional<RegistryKey> policy = RegistryKey::Open(
      "SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Group Policy\\State\\Machine",
      RegistryView::k64Bit, error);
  if (!policy) return error == ERROR_FILE_NOT_FOUND ? 0 : error;
  facts.organizational_unit = ContainerOf(policy->Text("Distinguished-Name"));
  return 0;
}

}  // namespace muster::host
