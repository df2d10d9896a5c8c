// Every record of the logs, one by one, in constant memory.
#ifndef MUSTER_AGENT_COLLECT_ALL_RECORDS_H_
#define MUSTER_AGENT_COLLECT_ALL_RECORDS_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "agent/collect/collection.h"
#include "agent/host/host.h"

namespace muster::collect {

// Calls back for each record of `logs` (a Collection's), in their order: count 1, first = last =
// its time (unset where it has none), first_message verbatim up to 1 MiB. A damaged record has no
// severity. The error of the first log that could not be read; the others are read all the same.
absl::Status ForEachRecord(host::Host& host, const std::vector<LogFile>& logs,
                           const std::function<void(const v1::Incident&)>& on_record);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_ALL_RECORDS_H_
