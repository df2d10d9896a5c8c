// What one look at a Windows installation gave. Value types.
#ifndef MUSTER_AGENT_COLLECT_COLLECTION_H_
#define MUSTER_AGENT_COLLECT_COLLECTION_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "common/item_set.h"
#include "muster/v1/gateway.pb.h"
#include "muster/v1/inventory.pb.h"

namespace muster::collect {

// One inventory kind. `set` holds what was seen, and is never null; only with outcome OK is it
// everything.
struct CollectedSet {
  v1::Outcome outcome;
  std::shared_ptr<const ItemSet> set;
};

// A log that was found.
struct LogFile {
  std::string path;  // as agent/host spells paths
  v1::IncidentSignature::Source source;
  // Local time minus UTC in this log. Zero where neither it nor another log gave it away.
  absl::Duration utc_offset;
};

// An attempt to install or remove an update that failed, by Windows' own history.
struct FailedUpdate {
  absl::Time time;
  v1::IncidentSignature signature;
  std::string title;
};

struct Collection {
  std::map<v1::SetKind, CollectedSet> sets;  // all four kinds
  v1::Outcome incidents_outcome;
  std::vector<v1::Incident> incidents;  // by first occurrence; messages are cut at 4 KiB
  std::vector<LogFile> logs;            // oldest first
  // Of a volume os, os_version, architecture; the rest is for a running system to say.
  v1::MachineAttributes attributes;
  // Of a running system alone.
  std::vector<v1::InstallDate> install_dates;
  std::vector<FailedUpdate> failed_updates;  // oldest first; among the incidents as well
  std::optional<absl::Duration> utc_offset;  // its clock's local time minus UTC
};

// Called now and then while collecting: `phase` is "packages", "catalogs" or "logs"; `done` of
// `total` files, of logs bytes.
using ProgressCallback =
    std::function<void(absl::string_view phase, uint64_t done, uint64_t total)>;

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_COLLECTION_H_
