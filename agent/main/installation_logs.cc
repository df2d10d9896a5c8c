#include "agent/main/installation_logs.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/collect/answers.h"
#include "agent/collect/log_files.h"
#include "agent/host/text.h"

namespace muster::agent {
namespace {

constexpr char kCbsLog[] = "CBS.log";
constexpr size_t kMaxMessageBytes = 1024;
constexpr uint64_t kMaxLogBytesPerBatch = 64 * 1024 * 1024;

}  // namespace

InstallationLogs::InstallationLogs(host::Host& host, host::System* system, bool once)
    : once_(once),
      cbs_(host, absl::StrCat(collect::kLogsDirectory, "/", kCbsLog)),
      checksur_(host) {
  if (system != nullptr) events_.emplace(*system, collect::AskingLimits().events);
}

std::vector<std::string> InstallationLogs::Sources() {
  std::vector<std::string> sources = {kCbsLog, collect::kCheckSurSource};
  if (events_) {
    sources.push_back(collect::kSetupEventSource);
    sources.push_back(collect::kUpdateHistorySource);
  }
  return sources;
}

absl::StatusOr<v1::IncidentBatch> InstallationLogs::Next(const std::string& source,
                                                         const v1::LogPosition& from) {
  auto batch = Read(source, from);
  if (!batch.ok()) return batch;
  for (v1::Incident& incident : *batch->mutable_incidents()) {
    for (std::string* message :
         {incident.mutable_first_message(), incident.mutable_last_message()}) {
      *message = host::ValidUtf8(masker_.Mask(*message), kMaxMessageBytes);
    }
  }
  return batch;
}

absl::StatusOr<v1::IncidentBatch> InstallationLogs::Read(const std::string& source,
                                                         const v1::LogPosition& from) {
  if (source == collect::kCheckSurSource) return checksur_.NextBatch(from);
  if (source == collect::kSetupEventSource) return events_->NextBatch(from);
  if (source == collect::kUpdateHistorySource) return history_.NextBatch(from);
  auto batch = cbs_.NextBatch(from, kMaxLogBytesPerBatch);
  const bool nothing_new =
      batch.ok() && batch->to().SerializeAsString() == from.SerializeAsString();
  // The follower holds the last record back until it has seen the log twice.
  return once_ && nothing_new ? cbs_.NextBatch(from, kMaxLogBytesPerBatch) : std::move(batch);
}

}  // namespace muster::agent
