#include "agent/collect/checksur_follower.h"

#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/collect/incident_table.h"
#include "agent/collect/log_files.h"
#include "agent/collect/log_place.h"
#include "agent/servicing/checksur/checksur_log.h"

namespace muster::collect {
namespace {

constexpr uint64_t kMaxBytes = 64 * 1024 * 1024;
// Of one batch; each may take a few KiB, and a message has 4 MiB.
constexpr uint64_t kMaxFindings = 500;

absl::StatusOr<std::string> ReadFrom(host::FileReader& file, uint64_t offset) {
  std::string content;
  auto fed = FeedFile(file, offset, kMaxBytes, [&](absl::string_view piece) {
    absl::StrAppend(&content, piece);
    return true;
  });
  if (!fed.ok()) return fed.status();
  return content;
}

// How many findings after the position's offset were given already.
uint64_t FindingsGiven(const v1::LogPosition& position) {
  uint64_t given = 0;
  return absl::SimpleAtoi(position.last_line(), &given) ? given : 0;
}

}  // namespace

absl::StatusOr<v1::IncidentBatch> CheckSurFollower::NextBatch(const v1::LogPosition& from) {
  v1::IncidentBatch batch;
  batch.set_source(kCheckSurSource);
  *batch.mutable_from() = from;
  *batch.mutable_to() = from;
  auto log = OpenLog(host_, absl::StrCat(kLogsDirectory, "/", kCheckSurSource));
  if (absl::IsNotFound(log.status())) return batch;
  if (!log.ok()) return log.status();
  const uint64_t size = log->file->size();
  const bool quiet = std::exchange(last_size_, size).value_or(size) == size;
  const bool same_log = log->identity == from.file() && from.offset() <= size;
  const uint64_t offset = same_log ? from.offset() : 0;
  if (!quiet || offset == size) return batch;

  auto content = ReadFrom(*log->file, offset);
  if (!content.ok()) return content.status();
  const uint64_t given = same_log ? FindingsGiven(from) : 0;
  uint64_t findings = 0;
  IncidentTable table(kMaxFindings);
  for (const servicing::CheckSurRun& run : servicing::ParseCheckSurLog(*content)) {
    for (const servicing::CheckSurFinding& finding : run.findings) {
      const uint64_t number = findings++;
      if (number >= given && number < given + kMaxFindings) table.Add(finding, run.time);
    }
  }
  table.EndOfLog(utc_offset_);
  for (v1::Incident& incident : table.Take()) {
    *batch.add_incidents() = std::move(incident);
  }
  const bool more = findings > given + kMaxFindings;
  batch.mutable_to()->set_file(log->identity);
  batch.mutable_to()->set_offset(more ? offset : offset + content->size());
  batch.mutable_to()->set_last_line(more ? absl::StrCat(given + kMaxFindings) : "");
  return batch;
}

}  // namespace muster::collect
