// The logs of an installation, as the link to the server asks for them.
#ifndef MUSTER_AGENT_MAIN_INSTALLATION_LOGS_H_
#define MUSTER_AGENT_MAIN_INSTALLATION_LOGS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "agent/collect/checksur_follower.h"
#include "agent/collect/log_follower.h"
#include "agent/host/host.h"
#include "agent/sync/snapshot.h"

namespace muster::agent {

// Used on one thread.
class InstallationLogs : public sync::IncidentSource {
 public:
  // `once`: nobody will look again, so a log's last record is taken as it stands. `host` outlives
  // this.
  InstallationLogs(host::Host& host, bool once);

  // For the logs that do not give it away themselves.
  void SetUtcOffset(absl::Duration offset) { checksur_.SetUtcOffset(offset); }

  std::vector<std::string> Sources() override;
  absl::StatusOr<v1::IncidentBatch> Next(const std::string& source,
                                         const v1::LogPosition& from) override;

 private:
  const bool once_;
  collect::LogFollower cbs_;
  collect::CheckSurFollower checksur_;
};

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_INSTALLATION_LOGS_H_
