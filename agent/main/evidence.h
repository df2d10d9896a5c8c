// Evidence by order: a bundle captured into the order's folder and sent to the server.
#ifndef MUSTER_AGENT_MAIN_EVIDENCE_H_
#define MUSTER_AGENT_MAIN_EVIDENCE_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "agent/main/installation.h"
#include "agent/sync/grpc_stream.h"

namespace muster::agent {

// Blocks, for minutes where logs are long. `folder` is the order's: what was captured there by an
// earlier try is sent as it is. UNAVAILABLE: not now.
absl::Status SendEvidence(const Installation& installation, const sync::GatewayAddress& address,
                          bool mask, const std::string& campaign,
                          const std::filesystem::path& folder);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_EVIDENCE_H_
