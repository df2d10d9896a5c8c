// The header at the start of a CBS.log record. docs/formats/cbs-log.md,
// "The header".
#ifndef MUSTER_AGENT_SERVICING_CBS_RECORD_HEADER_H_
#define MUSTER_AGENT_SERVICING_CBS_RECORD_HEADER_H_

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace muster::servicing {

enum class LineKind {
  kHeader,        // starts a record
  kBroken,        // looks like a header, but cannot be read as one
  kContinuation,  // belongs to the record before
};

// Views into the line.
struct RecordHeader {
  absl::CivilSecond time;
  absl::string_view severity;
  absl::string_view component;  // may be empty
  absl::string_view message;    // the rest of the line
};

// Reads headers one after the other. It remembers the last one, since most lines have its second,
// severity and component. Not thread-safe.
class RecordHeaderReader {
 public:
  // Fills `header` where the answer is kHeader, otherwise leaves it in any state.
  LineKind Read(absl::string_view line, RecordHeader& header);

 private:
  static constexpr size_t kTimeBytes = 20;     // up to the comma
  static constexpr size_t kColumnsBytes = 30;  // severity and component with their padding

  bool ReadTimeOnce(absl::string_view line, absl::CivilSecond& time);
  bool ReadColumnsOnce(absl::string_view line, RecordHeader& header);

  char time_text_[kTimeBytes] = {};  // never a time as long as none was read
  absl::CivilSecond time_;
  char columns_[kColumnsBytes] = {};
  size_t severity_bytes_ = 0;
  size_t component_bytes_ = 0;
};

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_RECORD_HEADER_H_
