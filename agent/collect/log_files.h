// The servicing stack's logs: finding them, and reading them in pieces.
#ifndef MUSTER_AGENT_COLLECT_LOG_FILES_H_
#define MUSTER_AGENT_COLLECT_LOG_FILES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "agent/collect/collection.h"
#include "agent/host/host.h"

namespace muster::collect {

inline constexpr absl::string_view kLogsDirectory = "Windows/Logs/CBS";
// One read of a log.
inline constexpr size_t kLogPieceBytes = 256 * 1024;

struct LogFiles {
  std::vector<LogFile> logs;  // CbsPersist_*.log, CBS.log, CheckSUR.persist.log, CheckSUR.log
  uint64_t archives = 0;      // CbsPersist_*.cab: compressed, not read
};

// Lists `folder`. NOT_FOUND where there is no such folder.
absl::StatusOr<LogFiles> FindLogs(host::Host& host, absl::string_view folder = kLogsDirectory);

// Feeds the file from `offset` on, at most max_bytes, until its end or until `feed` answers false.
// Answers how many bytes were fed.
absl::StatusOr<uint64_t> FeedFile(host::FileReader& file, uint64_t offset, uint64_t max_bytes,
                                  const std::function<bool(absl::string_view)>& feed);

// A log's local time as an instant.
absl::Time ToInstant(absl::CivilSecond local, absl::Duration utc_offset);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_LOG_FILES_H_
