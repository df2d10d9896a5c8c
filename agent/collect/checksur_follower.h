// Follows CheckSUR.persist.log, to which each run of the tool is appended.
#ifndef MUSTER_AGENT_COLLECT_CHECKSUR_FOLLOWER_H_
#define MUSTER_AGENT_COLLECT_CHECKSUR_FOLLOWER_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "agent/host/host.h"
#include "muster/v1/gateway.pb.h"

namespace muster::collect {

// The log's name, as its batches' source.
inline constexpr char kCheckSurSource[] = "CheckSUR.persist.log";

// Not thread-safe. `host` outlives this.
class CheckSurFollower {
 public:
  explicit CheckSurFollower(host::Host& host) : host_(host) {}

  // Local time minus UTC of the machine: the log itself does not give it away.
  void SetUtcOffset(absl::Duration offset) { utc_offset_ = offset; }

  // The findings of the runs after `from`, but not while the log grows from call to call: a run
  // takes minutes, and is taken as a whole. `to` equals `from` where there is nothing new. A log
  // that was begun anew is read from its start. Errors as of the host; a log that is not there is
  // an empty batch.
  absl::StatusOr<v1::IncidentBatch> NextBatch(const v1::LogPosition& from);

 private:
  host::Host& host_;
  absl::Duration utc_offset_;
  std::optional<uint64_t> last_size_;
};

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_CHECKSUR_FOLLOWER_H_
