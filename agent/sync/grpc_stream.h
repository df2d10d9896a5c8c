// AgentGateway over gRPC: the session's stream, and enrolment.
#ifndef MUSTER_AGENT_SYNC_GRPC_STREAM_H_
#define MUSTER_AGENT_SYNC_GRPC_STREAM_H_

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "agent/sync/event_loop.h"
#include "agent/sync/link.h"
#include "muster/v1/gateway.pb.h"

namespace muster::sync {

// Where the server is, and who the agent is. PEM.
struct GatewayAddress {
  std::string target;       // "muster.example.com:8443"
  std::string authority;    // the CA that the server's certificate must chain to
  std::string key;          // empty for enrolment
  std::string certificate;  // empty for enrolment
  // The name that the server's certificate must carry, where it is not the target's host. Empty:
  // the target's host.
  std::string server_name;
};

// Every call opens a connection of its own. Handlers are posted to `scheduler`, which must outlive
// the streams and gRPC's last word on them.
OpenStream GrpcOpener(GatewayAddress address, Scheduler& scheduler);

// Asks for a client certificate; blocks, for at most `timeout`. Renews where `request.token` is
// empty. Errors are the gateway's; UNAVAILABLE says what was tried.
absl::StatusOr<v1::EnrollResponse> Enroll(const GatewayAddress& address,
                                          const v1::EnrollRequest& request, absl::Duration timeout);

// Gives a payload's bytes from `offset` on to `take`, in order; blocks. Ends early where `take`
// answers an error, with it, and after `patience`. Errors are the gateway's.
absl::Status FetchPayload(const GatewayAddress& address, const std::string& sha256, uint64_t offset,
                          absl::Duration patience,
                          const std::function<absl::Status(absl::string_view)>& take);

// Sends a bundle of evidence; blocks, for at most `patience`. OK: it is stored. Errors are the
// gateway's; INTERNAL where the file cannot be read.
absl::Status UploadEvidence(const GatewayAddress& address, const v1::EvidenceHeader& header,
                            const std::filesystem::path& file, absl::Duration patience);

}  // namespace muster::sync

#endif  // MUSTER_AGENT_SYNC_GRPC_STREAM_H_
