// A running Windows that says what a test wants it to, for tests of collectors.
#ifndef MUSTER_AGENT_HOST_FAKE_FAKE_SYSTEM_H_
#define MUSTER_AGENT_HOST_FAKE_FAKE_SYSTEM_H_

#include <map>
#include <string>
#include <vector>

#include "absl/synchronization/mutex.h"
#include "agent/host/system.h"

namespace muster::host {

// Thread-safe. At first every source answers kOk with nothing in it. Never waits: a source that
// hangs is one whose answer is TimedOut() of recorded_answers.h.
class FakeSystem final : public System {
 public:
  // What each source answers from now on.
  void SetUpdateRows(Answer<std::vector<UpdateRow>> answer);
  void SetWmiProbe(Answer<WmiProbe> answer);
  void SetCbsPackages(Answer<CbsPackageKeys> answer);
  void SetUpdateHistory(Answer<std::vector<UpdateHistoryRow>> answer);
  void SetFacts(Answer<MachineFacts> answer);
  // Paths without regard to case; of all others Windows says TRUST_E_NOSIGNATURE.
  void SetTrust(absl::string_view path, Answer<TrustVerdict> answer);

  // The channel Setup as a log with record numbers, so that bookmarks do what Windows' do.
  void AddSetupEvent(std::string xml);
  // As "Clear log" does: bookmarks into what was there are lost.
  void ClearSetupEvents();
  // The channel answers this error; no events.
  void FailSetupEvents(AnswerCode code, uint32_t hresult);

  Answer<std::vector<UpdateRow>> UpdateRows(absl::Duration limit) override;
  Answer<WmiProbe> ProbeWmi(absl::Duration limit) override;
  Answer<CbsPackageKeys> CbsPackages(absl::Duration limit) override;
  Answer<std::vector<UpdateHistoryRow>> UpdateHistory(absl::Duration limit) override;
  Answer<TrustVerdict> VerifyCatalog(absl::string_view path, absl::Duration limit) override;
  Answer<EventBatch> SetupEvents(absl::string_view bookmark, uint32_t max_events,
                                 absl::Duration limit) override;
  Answer<MachineFacts> Facts(absl::Duration limit) override;

 private:
  absl::Mutex mutex_;
  Answer<std::vector<UpdateRow>> update_rows_ ABSL_GUARDED_BY(mutex_);
  Answer<WmiProbe> wmi_probe_ ABSL_GUARDED_BY(mutex_);
  Answer<CbsPackageKeys> cbs_packages_ ABSL_GUARDED_BY(mutex_);
  Answer<std::vector<UpdateHistoryRow>> update_history_ ABSL_GUARDED_BY(mutex_);
  Answer<MachineFacts> facts_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Answer<TrustVerdict>> trust_ ABSL_GUARDED_BY(mutex_);  // lower case
  std::map<uint64_t, std::string> setup_events_ ABSL_GUARDED_BY(mutex_);       // by record number
  uint64_t last_record_ ABSL_GUARDED_BY(mutex_) = 0;
  Answer<EventBatch> setup_failure_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_FAKE_FAKE_SYSTEM_H_
