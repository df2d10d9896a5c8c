// Counts what was read and what was not, so that no collector mistakes a failure for nothing being
// there.
#ifndef MUSTER_AGENT_COLLECT_OUTCOME_TALLY_H_
#define MUSTER_AGENT_COLLECT_OUTCOME_TALLY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "muster/v1/inventory.pb.h"

namespace muster::collect {

// Not thread-safe.
class OutcomeTally {
 public:
  // `things` names what is counted, in the plural: "catalogs".
  explicit OutcomeTally(std::string things) : things_(std::move(things)) {}

  // One was read.
  void Seen() { ++seen_; }
  // One is there (or, a folder of them) and was not read. The first few are named in the detail.
  void Missed(absl::string_view path, const absl::Status& why);
  // As Missed, but what its name tells is told: PARTIAL, not FAILED, where nothing else was read.
  void MissedButNamed(absl::string_view path, const absl::Status& why) {
    ++named_;
    Missed(path, why);
  }
  // This host has no such source: the outcome when nothing else was seen or missed.
  void Absent(absl::string_view path);
  // What was read is not all that was to be seen, for this reason: PARTIAL at best.
  void Incomplete(std::string why) { incomplete_.push_back(std::move(why)); }
  // A remark for a person; changes no outcome.
  void Note(std::string remark) { notes_.push_back(std::move(remark)); }

  // OK: nothing was missed. PARTIAL: something was seen. DENIED: all was missed for want of rights.
  // FAILED: all was missed. UNSUPPORTED: the source is absent.
  v1::Outcome Outcome() const;

 private:
  std::string things_;
  uint64_t seen_ = 0;
  uint64_t missed_ = 0;
  uint64_t named_ = 0;   // of missed_
  uint64_t denied_ = 0;  // of missed_
  std::vector<std::string> absent_;
  std::vector<std::string> first_missed_;
  std::vector<std::string> incomplete_;
  std::vector<std::string> notes_;
};

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_OUTCOME_TALLY_H_
