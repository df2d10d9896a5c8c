#include "agent/host/windows/windows_system.h"

#include "agent/host/windows/cbs_packages.h"
#include "agent/host/windows/event_log.h"
#include "agent/host/windows/machine_facts.h"
#include "agent/host/windows/trust.h"
#include "agent/host/windows/update_searcher.h"
#include "agent/host/windows/windows_host.h"
#include "agent/host/windows/windows_path.h"
#include "agent/host/windows/wmi.h"

namespace muster::host {
namespace {

constexpr int kMaxHangingCalls = 8;  // a megabyte of address space each, one page in use
constexpr uint32_t kEInvalidArgument = 0x80070057;

}  // namespace

WindowsSystem::WindowsSystem() : volume_(RunningVolume()), caller_(kMaxHangingCalls) {}

Answer<std::vector<UpdateRow>> WindowsSystem::UpdateRows(absl::Duration limit) {
  return caller_.Call<std::vector<UpdateRow>>("Win32_QuickFixEngineering", limit, ReadUpdateRows);
}

Answer<WmiProbe> WindowsSystem::ProbeWmi(absl::Duration limit) {
  return caller_.Call<WmiProbe>("Win32_OperatingSystem", limit, ProbeOperatingSystem);
}

Answer<CbsPackageKeys> WindowsSystem::CbsPackages(absl::Duration limit) {
  return caller_.Call<CbsPackageKeys>("The registry", limit, ReadCbsPackages);
}

Answer<std::vector<UpdateHistoryRow>> WindowsSystem::UpdateHistory(absl::Duration limit) {
  return caller_.Call<std::vector<UpdateHistoryRow>>("The Windows Update Agent", limit,
                                                     ReadUpdateHistory);
}

Answer<TrustVerdict> WindowsSystem::VerifyCatalog(absl::string_view path, absl::Duration limit) {
  absl::StatusOr<std::string> windows_path = WindowsPath(volume_, path);
  if (!windows_path.ok()) {
    Answer<TrustVerdict> answer;
    answer.code = AnswerCode::kFailed;
    answer.hresult = kEInvalidArgument;
    answer.detail = std::string(windows_path.status().message());
    return answer;
  }
  return caller_.Call<TrustVerdict>(
      "WinVerifyTrust", limit,
      [file = *std::move(windows_path)](PendingAnswer<TrustVerdict>& pending) {
        VerifyTrust(file, pending);
      });
}

Answer<EventBatch> WindowsSystem::SetupEvents(absl::string_view bookmark, uint32_t max_events,
                                              absl::Duration limit) {
  return caller_.Call<EventBatch>(
      "The event log Setup", limit,
      [from = std::string(bookmark), max_events](PendingAnswer<EventBatch>& pending) {
        ReadEvents("Setup", from, max_events, pending);
      });
}

Answer<MachineFacts> WindowsSystem::Facts(absl::Duration limit) {
  return caller_.Call<MachineFacts>("The machine", limit, ReadMachineFacts);
}

}  // namespace muster::host
