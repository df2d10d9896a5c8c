// The running Windows that this program is on.
#ifndef MUSTER_AGENT_HOST_WINDOWS_WINDOWS_SYSTEM_H_
#define MUSTER_AGENT_HOST_WINDOWS_WINDOWS_SYSTEM_H_

#include "agent/host/system.h"
#include "agent/host/windows/bounded_call.h"
#include "agent/host/windows/windows_path.h"

namespace muster::host {

// Thread-safe. Each call runs on a thread of its own, and at most eight that hang are left behind.
// May go before they end.
class WindowsSystem final : public System {
 public:
  WindowsSystem();

  Answer<std::vector<UpdateRow>> UpdateRows(absl::Duration limit) override;
  Answer<WmiProbe> ProbeWmi(absl::Duration limit) override;
  Answer<CbsPackageKeys> CbsPackages(absl::Duration limit) override;
  Answer<std::vector<UpdateHistoryRow>> UpdateHistory(absl::Duration limit) override;
  Answer<TrustVerdict> VerifyCatalog(absl::string_view path, absl::Duration limit) override;
  Answer<EventBatch> SetupEvents(absl::string_view bookmark, uint32_t max_events,
                                 absl::Duration limit) override;
  Answer<MachineFacts> Facts(absl::Duration limit) override;

 private:
  const WindowsVolume volume_;
  BoundedCaller caller_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_WINDOWS_SYSTEM_H_
