// How far a scan is, on a terminal.
#ifndef MUSTER_AGENT_MAIN_SCAN_PROGRESS_H_
#define MUSTER_AGENT_MAIN_SCAN_PROGRESS_H_

#include <ostream>

#include "absl/time/time.h"
#include "agent/collect/collection.h"

namespace muster::agent {

// One line that is overwritten a few times a second, from the first half second on. Not
// thread-safe.
class ScanProgress {
 public:
  // Silent unless `enabled`.
  ScanProgress(bool enabled, std::ostream& out) : enabled_(enabled), out_(out) {}

  // Null when silent. Valid as long as this object.
  collect::ProgressCallback Callback();
  // Takes the line away.
  void Clear();

 private:
  void Show(absl::string_view phase, uint64_t done, uint64_t total);

  const bool enabled_;
  std::ostream& out_;
  absl::Time next_ = absl::Now() + absl::Milliseconds(500);
  bool shown_ = false;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_SCAN_PROGRESS_H_
