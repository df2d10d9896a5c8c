#include "agent/collect/failed_updates.h"

#include <algorithm>
#include <utility>

#include "agent/collect/incident_table.h"
#include "agent/collect/signatures.h"
#include "agent/servicing/update_history/update_history.h"
#include "common/digest.h"

namespace muster::collect {
namespace {

constexpr size_t kMaxPerBatch = 500;

// History dates have seconds; as a position they must not go below zero.
uint64_t PlaceOf(absl::Time time) {
  return static_cast<uint64_t>(std::max<int64_t>(0, absl::ToUnixMicros(time)));
}

}  // namespace

std::vector<FailedUpdate> FailedUpdates(const std::vector<host::UpdateHistoryRow>& history) {
  std::vector<FailedUpdate> failures;
  for (const host::UpdateHistoryRow& row : history) {
    const servicing::UpdateAttempt attempt = servicing::UpdateAttemptOf(
        servicing::UpdateOperationOf(row.operation), servicing::UpdateResultOf(row.result_code));
    const bool failed = attempt == servicing::UpdateAttempt::kInstallFailed ||
                        attempt == servicing::UpdateAttempt::kUninstallFailed;
    if (failed && row.date) failures.push_back({*row.date, ToSignature(row, attempt), row.title});
  }
  std::stable_sort(failures.begin(), failures.end(),
                   [](const FailedUpdate& a, const FailedUpdate& b) { return a.time < b.time; });
  return failures;
}

v1::IncidentBatch UpdateHistoryFollower::NextBatch(const v1::LogPosition& from) const {
  v1::IncidentBatch batch;
  batch.set_source(kUpdateHistorySource);
  *batch.mutable_from() = from;
  *batch.mutable_to() = from;
  IncidentTable table(kMaxPerBatch);
  size_t taken = 0;
  uint64_t last = from.offset();
  for (const FailedUpdate& failure : failures_) {
    const uint64_t place = PlaceOf(failure.time);
    if (place <= from.offset()) continue;
    // Those of one second go together: the position could not tell them apart.
    if (taken >= kMaxPerBatch && place != last) break;
    table.Add(failure.signature, failure.time, failure.title);
    last = place;
    ++taken;
  }
  if (taken == 0) return batch;
  table.EndOfLog(absl::ZeroDuration());
  for (v1::Incident& incident : table.Take()) {
    *batch.add_incidents() = std::move(incident);
  }
  batch.mutable_to()->set_file(Sha256(kUpdateHistorySource).ToBytes());
  batch.mutable_to()->set_offset(last);
  return batch;
}

}  // namespace muster::collect
