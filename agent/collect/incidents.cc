#include "agent/collect/incidents.h"

#include <algorithm>
#include <iterator>
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "agent/collect/folders.h"
#include "agent/collect/incident_table.h"
#include "agent/collect/log_files.h"
#include "agent/collect/outcome_tally.h"
#include "agent/collect/setup_events.h"
#include "agent/collect/signatures.h"
#include "agent/host/text.h"
#include "agent/servicing/cbs/cbs_log.h"

namespace muster::collect {
namespace {

// A machine in trouble has some hundred; each may take a few KiB.
constexpr size_t kMaxSignatures = 10'000;
constexpr uint64_t kMaxCheckSurBytes = 64 * 1024 * 1024;
constexpr uint64_t kNoLimit = std::numeric_limits<uint64_t>::max();

// "Loaded Servicing Stack v6.1.7601.17514 with Core:
// C:\Windows\winsxs\amd64_microsoft-windows-servicingstack_…".
std::optional<ServicingStack> ParseServicingStack(absl::string_view message) {
  if (!absl::ConsumePrefix(&message, "Loaded Servicing Stack v")) return std::nullopt;
  ServicingStack stack;
  stack.version = std::string(message.substr(0, message.find(' ')));
  const size_t folder = message.find("_microsoft-windows-servicingstack");
  if (folder != absl::string_view::npos) {
    const absl::string_view before = message.substr(0, folder);
    stack.architecture = std::string(before.substr(before.find_last_of("\\/") + 1));
  }
  return stack;
}

class Collector {
 public:
  Collector(host::Host& host, const ProgressCallback& progress)
      : host_(host), progress_(progress) {}

  // After Collect, before Finish.
  void AddSystem(host::System& system, absl::Duration event_limit,
                 const std::vector<FailedUpdate>& failed_updates) {
    CollectSetupEvents(system, event_limit, table_, tally_);
    for (const FailedUpdate& failure : failed_updates) {
      if (!table_.Add(failure.signature, failure.time, failure.title)) ++dropped_;
    }
  }

  void Collect() {
    const auto folders = FoldersCalled(host_, kLogsDirectory, tally_);
    for (const std::string& folder : folders) List(folder);
    for (const LogFile& log : result_.logs) {
      const auto info = host_.Stat(log.path);
      if (info.ok()) total_bytes_ += info->size;
    }
    for (LogFile& log : result_.logs) {
      if (log.source == v1::IncidentSignature::CBS_LOG) {
        ReadCbsLog(log);
      } else {
        ReadCheckSur(log);
      }
    }
  }

  Incidents Finish() {
    AddNotes();
    result_.outcome = tally_.Outcome();
    result_.incidents = table_.Take();
    return std::move(result_);
  }

 private:
  void List(const std::string& folder) {
    auto found = FindLogs(host_, folder);
    if (absl::IsNotFound(found.status())) return tally_.Absent(folder);
    if (!found.ok()) return tally_.Missed(folder, found.status());
    archives_ += found->archives;
    std::move(found->logs.begin(), found->logs.end(), std::back_inserter(result_.logs));
  }

  void ReadCbsLog(LogFile& log) {
    auto file = host_.Open(log.path);
    if (absl::IsNotFound(file.status())) return;  // rotated since it was listed
    if (!file.ok()) return tally_.Missed(log.path, file.status());
    bool has_times = false;
    servicing::CbsLogReader reader([&](const servicing::CbsRecord& record) {
      has_times |= record.time.has_value();
      OnRecord(record);
    });
    const auto fed = FeedFile(**file, 0, kNoLimit, [&](absl::string_view piece) {
      reader.Feed(piece);
      Advance(piece.size());
      return true;
    });
    reader.Finish();
    damaged_ += reader.statistics().damaged;
    EndOfLog(log, reader.statistics().utc_offset, has_times);
    if (!fed.ok()) return tally_.Missed(log.path, fed.status());
    tally_.Seen();
    if (!has_times && (*file)->size() > 0) ReadsAsNothing(log, "a log record");
  }

  void ReadsAsNothing(const LogFile& log, absl::string_view what) {
    tally_.Incomplete(absl::StrCat(host::Displayable(log.path), " holds nothing that reads as ",
                                   what,
                                   ": it is damaged, or in an encoding that does not show itself"));
  }

  void OnRecord(const servicing::CbsRecord& record) {
    if (auto stack = ParseServicingStack(record.message)) {
      result_.servicing_stack = *std::move(stack);
    }
    if (!servicing::SaysSomethingWentWrong(record) || table_.Add(record)) return;
    ++(table_.AddUnnamed(record) ? unnamed_ : dropped_);
  }

  void ReadCheckSur(LogFile& log) {
    auto runs = ReadCheckSurLog(host_, log.path);
    if (absl::IsNotFound(runs.status())) return;
    if (!runs.ok()) return tally_.Missed(log.path, runs.status());
    tally_.Seen();
    const auto info = host_.Stat(log.path);
    if (runs->empty() && info.ok() && info->size > 0) ReadsAsNothing(log, "a run of CheckSUR");
    bool has_times = false;
    for (const servicing::CheckSurRun& run : runs_.New(*std::move(runs))) {
      has_times |= run.time.has_value();
      for (const auto& finding : run.findings) {
        if (table_.Add(finding, run.time)) continue;
        ++(table_.AddUnnamed(finding, run.time) ? unnamed_ : dropped_);
      }
    }
    EndOfLog(log, std::nullopt, has_times);
  }

  // A log that does not give its offset away is taken to have that of the one before it.
  void EndOfLog(LogFile& log, std::optional<absl::Duration> utc_offset, bool has_times) {
    if (utc_offset) known_offset_ = utc_offset;
    if (!known_offset_ && has_times) offset_guessed_ = true;
    log.utc_offset = known_offset_.value_or(absl::ZeroDuration());
    table_.EndOfLog(log.utc_offset);
  }

  void Advance(uint64_t bytes) {
    done_bytes_ += bytes;
    if (progress_) progress_("logs", done_bytes_, std::max(done_bytes_, total_bytes_));
  }

  void AddNotes() {
    if (archives_ > 0) {
      tally_.Incomplete(
          absl::StrCat(archives_,
                       " CbsPersist_*.cab not read: unpack archived logs beside CBS.log as "
                       "CbsPersist_*.log to have them read"));
    }
    if (damaged_ > 0) tally_.Note(absl::StrCat("Damaged log records, kept as text: ", damaged_));
    if (offset_guessed_) {
      tally_.Note("Some log does not show its offset from UTC: its local times are taken as UTC");
    }
    if (unnamed_ > 0) {
      tally_.Incomplete(absl::StrCat(unnamed_,
                                     " log records are told without the files and packages that "
                                     "they name: they are of kinds beyond the first ",
                                     kMaxSignatures));
    }
    if (dropped_ > 0) {
      tally_.Incomplete(absl::StrCat(dropped_,
                                     " log records not told: they are of kinds beyond the "
                                     "first ",
                                     kMaxSignatures));
    }
  }

  host::Host& host_;
  const ProgressCallback& progress_;
  Incidents result_;
  OutcomeTally tally_{"logs"};
  IncidentTable table_{kMaxSignatures};
  CheckSurRuns runs_;
  std::optional<absl::Duration> known_offset_;
  bool offset_guessed_ = false;
  uint64_t damaged_ = 0;
  uint64_t unnamed_ = 0;
  uint64_t dropped_ = 0;
  uint64_t archives_ = 0;
  uint64_t done_bytes_ = 0;
  uint64_t total_bytes_ = 0;
};

std::string Fingerprint(const servicing::CheckSurRun& run) {
  std::string text = absl::StrCat(run.time ? absl::FormatCivilTime(*run.time) : "", "\n",
                                  run.binary_version, "\n", run.package_version);
  for (const auto& finding : run.findings) absl::StrAppend(&text, "\n", ToLine(finding));
  return text;
}

}  // namespace

std::vector<servicing::CheckSurRun> CheckSurRuns::New(std::vector<servicing::CheckSurRun> runs) {
  std::vector<servicing::CheckSurRun> fresh;
  std::vector<std::string> fingerprints;
  for (auto& run : runs) {
    fingerprints.push_back(Fingerprint(run));
    if (std::find(seen_.begin(), seen_.end(), fingerprints.back()) == seen_.end()) {
      fresh.push_back(std::move(run));
    }
  }
  seen_.insert(seen_.end(), fingerprints.begin(), fingerprints.end());
  return fresh;
}

absl::StatusOr<std::vector<servicing::CheckSurRun>> ReadCheckSurLog(host::Host& host,
                                                                    absl::string_view path) {
  const auto bytes = host::ReadWhole(host, path, kMaxCheckSurBytes);
  if (!bytes.ok()) return bytes.status();
  return servicing::ParseCheckSurLog(*bytes);
}

Incidents CollectIncidents(host::Host& host, host::System* system, absl::Duration event_limit,
                           const std::vector<FailedUpdate>& failed_updates,
                           const ProgressCallback& progress) {
  Collector collector(host, progress);
  collector.Collect();
  if (system != nullptr) collector.AddSystem(*system, event_limit, failed_updates);
  return collector.Finish();
}

}  // namespace muster::collect
