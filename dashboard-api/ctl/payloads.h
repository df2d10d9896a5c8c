// musterctl payloads: what campaigns install.
#ifndef MUSTER_DASHBOARD_API_CTL_PAYLOADS_H_
#define MUSTER_DASHBOARD_API_CTL_PAYLOADS_H_

#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

// Writes the file's SHA-256, and nothing else, to the output.
absl::Status UploadPayload(Client& client, const std::string& file, Console& console);
absl::Status ListPayloads(Client& client, const NoOptions& options, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_PAYLOADS_H_
