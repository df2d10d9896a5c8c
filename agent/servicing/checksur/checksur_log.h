// CheckSUR.log and CheckSUR.persist.log. The format in prose: docs/formats/checksur-log.md.
#ifndef MUSTER_AGENT_SERVICING_CHECKSUR_CHECKSUR_LOG_H_
#define MUSTER_AGENT_SERVICING_CHECKSUR_CHECKSUR_LOG_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace muster::servicing {

// One finding line: "(w)  CBS Catalog Expired  0x800B0101  servicing\Packages\….cat".
struct CheckSurFinding {
  std::string mark;  // "f", "w", "fix", "p", "n"
  std::string type;  // "CBS Catalog Expired"; an open set
  std::optional<uint32_t> hresult;
  std::vector<std::string> fields;  // what follows, in order
  std::string file;     // relative to the Windows directory, '/' between parts; may be empty
  std::string package;  // identity where the file name gives one
};

// One run of the tool.
struct CheckSurRun {
  std::string binary_version;
  std::string package_version;            // empty where the log has none
  std::optional<absl::CivilMinute> time;  // local; unset for findings before the first header
  std::vector<CheckSurFinding> findings;
  // The summary's "<type> Total count: n" lines ("Fixed: <type>" for repaired ones): these, not "No
  // errors detected", say what was found.
  std::vector<std::pair<std::string, uint64_t>> totals;
  std::optional<uint64_t> seconds_executed;
};

// Runs, oldest first. Takes any encoding that CBS.log comes in, tabs, collapsed blanks, and lost
// separators. Never fails; what is no finding, header or summary is passed over.
std::vector<CheckSurRun> ParseCheckSurLog(absl::string_view bytes);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_CHECKSUR_CHECKSUR_LOG_H_
