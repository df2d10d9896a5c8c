// Incident records by signature: first, last, count. Bounded.
#ifndef MUSTER_AGENT_COLLECT_INCIDENT_TABLE_H_
#define MUSTER_AGENT_COLLECT_INCIDENT_TABLE_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "agent/collect/collection.h"
#include "agent/servicing/cbs/cbs_log.h"
#include "agent/servicing/checksur/checksur_log.h"

namespace muster::collect {

// Not thread-safe.
class IncidentTable {
 public:
  // Records that speak of catalogs and signatures have as much room again, of their own: no flood
  // of other complaints hides them.
  explicit IncidentTable(size_t max_signatures) : max_signatures_(max_signatures) {}

  // Counts one record; its time in a log's local time, unset where it has none. False, and nothing
  // is counted, where its signature would be one too many.
  bool Add(const servicing::CbsRecord& record);
  bool Add(const servicing::CheckSurFinding& finding, std::optional<absl::CivilMinute> time);

  // One that knows its instant.
  bool Add(const v1::IncidentSignature& signature, absl::Time time, absl::string_view message);

  // Of a record that speaks of catalogs and signatures and for which Add has no room: counts it
  // under its signature without package and file, so that at least its wording and code are told.
  // False where it speaks of something else, or there are too many of these.
  bool AddUnnamed(const servicing::CbsRecord& record);
  bool AddUnnamed(const servicing::CheckSurFinding& finding, std::optional<absl::CivilMinute> time);

  // The records added since the last call lie in a log with this offset.
  void EndOfLog(absl::Duration utc_offset);

  // By first occurrence, those of one second as they stand in the logs. Empties the table. Every
  // log must have been ended.
  std::vector<v1::Incident> Take();

 private:
  struct Row {
    uint64_t number = 0;  // of the rows, in the order they began
    std::string first_message;
    std::string last_message;  // as it came; empty where there is but one
    uint64_t count = 0;
    std::optional<absl::Time> first, last;
    // Of the log that is being read.
    std::optional<absl::CivilSecond> local_first, local_last;
  };

  bool Add(const v1::IncidentSignature& signature, std::optional<absl::CivilSecond> time,
           absl::string_view message);
  bool AddUnnamed(v1::IncidentSignature signature, std::optional<absl::CivilSecond> time,
                  absl::string_view message);
  // `like_it`: how many of rows_ share the room, of `room` rows, that a new one takes.
  bool Count(const v1::IncidentSignature& signature, std::optional<absl::CivilSecond> time,
             absl::string_view message, size_t& like_it, size_t room);

  const size_t max_signatures_;
  // How many of rows_ speak of catalogs and signatures, do so without names, and do not.
  size_t of_trust_ = 0, unnamed_ = 0, others_ = 0;
  absl::flat_hash_map<std::string, Row> rows_;  // by serialized signature
};

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_INCIDENT_TABLE_H_
