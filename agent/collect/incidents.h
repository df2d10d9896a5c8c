// What the servicing stack complained of, from its logs.
#ifndef MUSTER_AGENT_COLLECT_INCIDENTS_H_
#define MUSTER_AGENT_COLLECT_INCIDENTS_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/collect/collection.h"
#include "agent/host/host.h"
#include "agent/host/system.h"
#include "agent/servicing/checksur/checksur_log.h"

namespace muster::collect {

// The servicing stack that wrote a CBS.log, as it names itself.
struct ServicingStack {
  std::string version;       // "6.1.7601.17514"
  std::string architecture;  // "amd64"; may be empty
};

struct Incidents {
  v1::Outcome outcome;
  std::vector<v1::Incident> incidents;
  std::vector<LogFile> logs;
  std::optional<ServicingStack> servicing_stack;  // of the newest log that says
};

// Reads CbsPersist_*.log, CBS.log, CheckSUR.persist.log and CheckSUR.log of Windows/Logs/CBS,
// whatever their size, in constant memory; of CBS logs the records that say something went wrong.
// The folder missing is UNSUPPORTED (a fresh image has none); the folder without logs is OK.
// PARTIAL where archives were not read, where a log holds nothing that reads as one, and where
// there are more than 10,000 kinds of records; of those beyond, the ones that speak of catalogs and
// signatures are told without the files and packages that they name. The outcome's detail tells
// these, and what else a reader of the result should know: damaged records, times taken as UTC.
//
// Of a running system, not null, also the failures that its event log Setup tells of, and those
// given, of its update history.
Incidents CollectIncidents(host::Host& host, host::System* system, absl::Duration event_limit,
                           const std::vector<FailedUpdate>& failed_updates,
                           const ProgressCallback& progress);

// The runs of CheckSUR's two logs without those that both hold. Both are one machine's.
class CheckSurRuns {
 public:
  // Those of `runs` that no earlier log had.
  std::vector<servicing::CheckSurRun> New(std::vector<servicing::CheckSurRun> runs);

 private:
  std::vector<std::string> seen_;
};

// One CheckSUR log. RESOURCE_EXHAUSTED beyond 64 MiB; real ones have a few hundred KiB.
absl::StatusOr<std::vector<servicing::CheckSurRun>> ReadCheckSurLog(host::Host& host,
                                                                    absl::string_view path);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_INCIDENTS_H_
