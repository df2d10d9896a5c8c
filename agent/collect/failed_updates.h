// Attempts of the Windows Update Agent that failed, from its history.
#ifndef MUSTER_AGENT_COLLECT_FAILED_UPDATES_H_
#define MUSTER_AGENT_COLLECT_FAILED_UPDATES_H_

#include <memory>
#include <vector>

#include "absl/time/time.h"
#include "agent/collect/collection.h"
#include "agent/host/system.h"
#include "muster/v1/gateway.pb.h"

namespace muster::collect {

// Name of the history, as its batches' source.
inline constexpr char kUpdateHistorySource[] = "Windows Update history";

// Oldest first. Entries without a date are left out. Pure.
std::vector<FailedUpdate> FailedUpdates(const std::vector<host::UpdateHistoryRow>& history);

// Tells the failures of a history, a batch at a time. A position is: file, a constant; offset, the
// date of the last one told, in microseconds since 1970. Not thread-safe.
class UpdateHistoryFollower {
 public:
  // What the last look at the history gave, oldest first.
  void SetFailures(std::vector<FailedUpdate> failures) { failures_ = std::move(failures); }

  // Those after `from`; `to` equals `from` where there are none.
  v1::IncidentBatch NextBatch(const v1::LogPosition& from) const;

 private:
  std::vector<FailedUpdate> failures_;
};

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_FAILED_UPDATES_H_
