// musterctl evidence: what machines sent because a campaign asked for it.
#ifndef MUSTER_DASHBOARD_API_CTL_EVIDENCE_H_
#define MUSTER_DASHBOARD_API_CTL_EVIDENCE_H_

#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

struct ListEvidenceOptions {
  std::string machine;   // either
  std::string campaign;  // or
};
absl::Status ListEvidence(Client& client, const ListEvidenceOptions& options, Console& console);

struct DownloadEvidenceOptions {
  std::string name;
  std::string out;  // a file that is not there yet
};
absl::Status DownloadEvidence(Client& client, const DownloadEvidenceOptions& options,
                              Console& console);
absl::Status DeleteEvidence(Client& client, const std::string& name, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_EVIDENCE_H_
