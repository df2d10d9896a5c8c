#include "agent/collect/setup_events.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/collect/signatures.h"
#include "agent/servicing/windows_event/setup_event.h"
#include "agent/servicing/windows_event/windows_event.h"
#include "common/digest.h"

namespace muster::collect {
namespace {

constexpr uint32_t kEventsPerCall = 200;
// The log Setup holds 1 MiB as Windows 7 is installed, some thousand events.
constexpr int kMaxCalls = 250;
constexpr size_t kMaxSignatures = 500;

bool IsFailure(servicing::SetupEventKind kind) {
  return kind == servicing::SetupEventKind::kInstallFailed ||
         kind == servicing::SetupEventKind::kUninstallFailed ||
         kind == servicing::SetupEventKind::kChangeFailed ||
         kind == servicing::SetupEventKind::kNotApplicable;
}

// Adds the event where it tells of a failure. Events without a time are of no use.
void AddEvent(const std::string& xml, IncidentTable& table) {
  const auto event = servicing::ParseWindowsEvent(xml);
  if (!event.ok() || !event->time) return;
  const auto setup = servicing::ReadSetupEvent(*event);
  if (!setup || !IsFailure(setup->kind)) return;
  const v1::IncidentSignature signature = ToSignature(event->provider, *setup);
  table.Add(
      signature, *event->time,
      absl::StrCat(signature.message(), ": ", setup->subject.empty() ? setup->kb : setup->subject));
}

bool IsAbsent(const host::Answer<host::EventBatch>& answer) {
  return answer.code == host::AnswerCode::kUnsupported;
}

}  // namespace

void CollectSetupEvents(host::System& system, absl::Duration limit, IncidentTable& table,
                        OutcomeTally& tally) {
  std::string bookmark;
  for (int call = 0; call < kMaxCalls; ++call) {
    const auto answer = system.SetupEvents(bookmark, kEventsPerCall, limit);
    for (const std::string& xml : answer.value.events) AddEvent(xml, table);
    if (IsAbsent(answer)) return tally.Note("There is no event log Setup");
    if (!answer.complete()) {
      return tally.Incomplete(absl::StrCat("The event log Setup: ", answer.detail));
    }
    if (!answer.value.more) return;
    bookmark = answer.value.bookmark;
  }
  tally.Incomplete("The event log Setup goes on beyond what was read of it");
}

absl::StatusOr<v1::IncidentBatch> SetupEventFollower::NextBatch(const v1::LogPosition& from) {
  v1::IncidentBatch batch;
  batch.set_source(kSetupEventSource);
  *batch.mutable_from() = from;
  *batch.mutable_to() = from;
  const auto answer = system_.SetupEvents(from.last_line(), kEventsPerCall, limit_);
  if (IsAbsent(answer)) return batch;
  if (!answer.complete()) {
    return absl::UnavailableError(absl::StrCat("the event log Setup: ", answer.detail));
  }
  if (answer.value.events.empty() && !answer.value.bookmark_lost) return batch;
  IncidentTable table(kMaxSignatures);
  for (const std::string& xml : answer.value.events) AddEvent(xml, table);
  table.EndOfLog(absl::ZeroDuration());
  for (v1::Incident& incident : table.Take()) {
    *batch.add_incidents() = std::move(incident);
  }
  batch.mutable_to()->set_file(Sha256(kSetupEventSource).ToBytes());
  batch.mutable_to()->set_offset(from.offset() + answer.value.events.size());
  batch.mutable_to()->set_last_line(answer.value.bookmark);
  return batch;
}

}  // namespace muster::collect
