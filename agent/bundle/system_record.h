// Answers of a running system, written down and played back.
#ifndef MUSTER_AGENT_BUNDLE_SYSTEM_RECORD_H_
#define MUSTER_AGENT_BUNDLE_SYSTEM_RECORD_H_

#include <string>
#include <vector>

#include "agent/bundle/masker.h"
#include "agent/host/system.h"
#include "muster/v1/bundle.pb.h"

namespace muster::bundle {

// Asks the system for everything, about these catalogs too (paths as in host.h). `masker` is null
// where names stay.
v1::SystemAnswersRecord RecordSystem(host::System& system, const std::vector<std::string>& catalogs,
                                     Masker* masker);

// Answers at once what was recorded. Thread-safe.
class RecordedSystem final : public host::System {
 public:
  explicit RecordedSystem(v1::SystemAnswersRecord record) : record_(std::move(record)) {}

  host::Answer<std::vector<host::UpdateRow>> UpdateRows(absl::Duration) override;
  host::Answer<host::WmiProbe> ProbeWmi(absl::Duration) override;
  host::Answer<host::CbsPackageKeys> CbsPackages(absl::Duration) override;
  host::Answer<std::vector<host::UpdateHistoryRow>> UpdateHistory(absl::Duration) override;
  // kUnsupported for a catalog that was not asked about.
  host::Answer<host::TrustVerdict> VerifyCatalog(absl::string_view path, absl::Duration) override;
  // The bookmark is the number of events before, decimal.
  host::Answer<host::EventBatch> SetupEvents(absl::string_view bookmark, uint32_t max_events,
                                             absl::Duration) override;
  host::Answer<host::MachineFacts> Facts(absl::Duration) override;

 private:
  const v1::SystemAnswersRecord record_;
};

}  // namespace muster::bundle

#endif  // MUSTER_AGENT_BUNDLE_SYSTEM_RECORD_H_
