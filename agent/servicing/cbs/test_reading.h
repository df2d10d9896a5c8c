// Reading whole logs in tests: records that own their text. For tests only.
#ifndef MUSTER_AGENT_SERVICING_CBS_TEST_READING_H_
#define MUSTER_AGENT_SERVICING_CBS_TEST_READING_H_

#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "agent/servicing/cbs/cbs_log.h"

namespace muster::servicing {

// A CbsRecord that outlives the callback.
struct OwnedRecord {
  uint64_t offset = 0;
  std::optional<absl::CivilSecond> time;
  std::string severity;
  std::string component;
  std::string message;
  bool damaged = false;

  bool operator==(const OwnedRecord&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const OwnedRecord& r) {
    return out << r.offset << (r.damaged ? " damaged [" : " [") << r.severity << "|" << r.component
               << "|" << r.message.substr(0, 200) << "]";
  }
  CbsRecord View() const { return {offset, time, severity, component, message, damaged}; }
};

struct ReadLog {
  std::vector<OwnedRecord> records;
  CbsLogStatistics statistics;
};

// Feeds `bytes` in pieces whose sizes `next_size` gives.
template <typename NextSize>
ReadLog ReadInPieces(absl::string_view bytes, NextSize next_size) {
  ReadLog log;
  CbsLogReader reader([&log](const CbsRecord& r) {
    log.records.push_back({r.offset, r.time, std::string(r.severity), std::string(r.component),
                           std::string(r.message), r.damaged});
  });
  while (!bytes.empty()) {
    // A copy that is gone after Feed: what the reader still viewed of it would show.
    const std::string piece(bytes.substr(0, next_size()));
    bytes.remove_prefix(piece.size());
    reader.Feed(piece);
  }
  reader.Finish();
  log.statistics = reader.statistics();
  return log;
}

inline ReadLog ReadWhole(absl::string_view bytes) {
  return ReadInPieces(bytes, [&bytes] { return bytes.size(); });
}

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CBS_TEST_READING_H_
