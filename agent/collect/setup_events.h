// Failures that the event log Setup tells of: those of wusa.exe and of the servicing stack.
#ifndef MUSTER_AGENT_COLLECT_SETUP_EVENTS_H_
#define MUSTER_AGENT_COLLECT_SETUP_EVENTS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/collect/incident_table.h"
#include "agent/collect/outcome_tally.h"
#include "agent/host/system.h"
#include "muster/v1/gateway.pb.h"

namespace muster::collect {

// The log's name, as its batches' source.
inline constexpr char kSetupEventSource[] = "Setup event log";

// Adds all that the log holds to the table; what could not be read to the tally. A system without
// such a log is a remark.
void CollectSetupEvents(host::System& system, absl::Duration limit, IncidentTable& table,
                        OutcomeTally& tally);

// Follows the log by its bookmarks. A position is: file, a constant; offset, how many events were
// read; last_line, the bookmark behind them. Not thread-safe; `system` outlives this.
class SetupEventFollower {
 public:
  SetupEventFollower(host::System& system, absl::Duration limit) : system_(system), limit_(limit) {}

  // The failures among the next events; `to` equals `from` where there are none. Where the log was
  // cleared or overwritten, all that it holds is new. UNAVAILABLE, with the source's words, where
  // it could not be read: nothing is lost by trying again. A system without such a log is an empty
  // batch.
  absl::StatusOr<v1::IncidentBatch> NextBatch(const v1::LogPosition& from);

 private:
  host::System& system_;
  const absl::Duration limit_;
};

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_SETUP_EVENTS_H_
