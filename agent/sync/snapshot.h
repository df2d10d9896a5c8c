// What an agent saw of its machine, ready to be compared with what the server knows.
#ifndef MUSTER_AGENT_SYNC_SNAPSHOT_H_
#define MUSTER_AGENT_SYNC_SNAPSHOT_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/item_set.h"
#include "muster/v1/gateway.pb.h"
#include "muster/v1/inventory.pb.h"

namespace muster::sync {

// Immutable once shared. Clones share their sets.
struct Snapshot {
  struct Kind {
    v1::Outcome outcome;
    std::shared_ptr<const ItemSet> set;  // null: nothing was seen
  };
  v1::MachineAttributes attributes;
  std::map<v1::SetKind, Kind> kinds;
  v1::Outcome incidents;
  std::vector<v1::InstallDate> install_dates;
};

// The logs that incident records are read from. Called on the loop's thread.
class IncidentSource {
 public:
  virtual ~IncidentSource() = default;
  // Names of the logs: "CBS.log".
  virtual std::vector<std::string> Sources() = 0;
  // What came after `from`, bounded. Nothing new: `to` equals `from`.
  virtual absl::StatusOr<v1::IncidentBatch> Next(const std::string& source,
                                                 const v1::LogPosition& from) = 0;
};

}  // namespace muster::sync

#endif  // MUSTER_AGENT_SYNC_SNAPSHOT_H_
