// Follows a CBS.log that is being written and rotated, a batch at a time: the log itself is the
// spool, and the position that the server has acknowledged says where to go on.
#ifndef MUSTER_AGENT_COLLECT_LOG_FOLLOWER_H_
#define MUSTER_AGENT_COLLECT_LOG_FOLLOWER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/collect/log_place.h"
#include "agent/host/host.h"
#include "muster/v1/gateway.pb.h"

namespace muster::collect {

// A record is given once it is known to be whole: another record's header follows it, its file has
// been rotated away, or the file has not grown since the last call. Only records that say something
// went wrong are given. Not thread-safe.
class LogFollower {
 public:
  // No batch holds more kinds of records than this.
  static constexpr size_t kMaxSignaturesPerBatch = 500;

  // `path` of the log that is written to; its rotated files are CbsPersist_*.log beside it. `host`
  // outlives this.
  LogFollower(host::Host& host, std::string path);

  // What follows `from`, of one file, at most about max_bytes of it; `to` is where the next call
  // goes on, and equals `from` where there is nothing new. An unset `from` begins with the oldest
  // rotated file. When the file of `from` has been rotated, its rest comes first, then the files
  // after it; where it is gone, the current log from its start. A log that was cut or written anew
  // is read from its start. The same logs and `from` give the same batch, but for the last record.
  // UNAVAILABLE, PERMISSION_DENIED: as of the host; nothing is lost by trying again. A log that is
  // not there yet is an empty batch.
  absl::StatusOr<v1::IncidentBatch> NextBatch(const v1::LogPosition& from, uint64_t max_bytes);

 private:
  struct Start {
    LogPlace place;  // the file to read
    uint64_t offset = 0;
    bool is_last = false;  // it is the log that is written to
  };

  // Where reading goes on; unset where there is nothing.
  absl::StatusOr<std::optional<Start>> FindStart(const v1::LogPosition& from);
  absl::StatusOr<v1::IncidentBatch> Read(const Start& start, uint64_t max_bytes);
  absl::StatusOr<absl::Duration> UtcOffset(host::FileReader& file, const std::string& identity);

  host::Host& host_;
  const std::string path_;
  const std::string source_;  // the log's name
  // Of the log as the last call left it, by identity.
  std::string last_identity_;
  uint64_t last_size_ = 0;
  absl::flat_hash_map<std::string, absl::Duration> utc_offsets_;
};

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_LOG_FOLLOWER_H_
