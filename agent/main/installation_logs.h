// The logs of an installation, as the link to the server asks for them.
#ifndef MUSTER_AGENT_MAIN_INSTALLATION_LOGS_H_
#define MUSTER_AGENT_MAIN_INSTALLATION_LOGS_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "agent/bundle/masker.h"
#include "agent/collect/checksur_follower.h"
#include "agent/collect/failed_updates.h"
#include "agent/collect/log_follower.h"
#include "agent/collect/setup_events.h"
#include "agent/host/host.h"
#include "agent/host/system.h"
#include "agent/sync/snapshot.h"

namespace muster::agent {

// What leaves the machine names no users, and no message is longer than 1 KiB. Used on one thread.
class InstallationLogs : public sync::IncidentSource {
 public:
  // `once`: nobody will look again, so a log's last record is taken as it stands. `system` is null
  // for a volume that does not run. Both outlive this.
  InstallationLogs(host::Host& host, host::System* system, bool once);

  // For the logs that do not give it away themselves.
  void SetUtcOffset(absl::Duration offset) { checksur_.SetUtcOffset(offset); }

  // Of the last look at the update history.
  void SetFailedUpdates(std::vector<collect::FailedUpdate> failures) {
    history_.SetFailures(std::move(failures));
  }

  std::vector<std::string> Sources() override;
  absl::StatusOr<v1::IncidentBatch> Next(const std::string& source,
                                         const v1::LogPosition& from) override;

 private:
  absl::StatusOr<v1::IncidentBatch> Read(const std::string& source, const v1::LogPosition& from);

  const bool once_;
  bundle::Masker masker_;
  collect::LogFollower cbs_;
  collect::CheckSurFollower checksur_;
  std::optional<collect::SetupEventFollower> events_;  // of a running system, as the next
  collect::UpdateHistoryFollower history_;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_INSTALLATION_LOGS_H_
