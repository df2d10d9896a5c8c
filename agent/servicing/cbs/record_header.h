// The header at the start of a CBS.log record. Pure; safe from any thread. docs/formats/cbs-log.md,
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

// Fills `header` where the answer is kHeader, otherwise leaves it in any state.
LineKind ReadRecordHeader(absl::string_view line, RecordHeader& header);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_RECORD_HEADER_H_
