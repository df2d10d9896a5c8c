// What agents are told of errors. Pure.
#ifndef MUSTER_SERVER_GATEWAY_AGENT_STATUS_H_
#define MUSTER_SERVER_GATEWAY_AGENT_STATUS_H_

#include <grpcpp/grpcpp.h>

#include "absl/status/status.h"

namespace muster::gateway {

// INTERNAL and ABORTED carry the database's own words (statements, rows), which are for the log of
// whoever meets the error; agents are told what to make of it. Others go out as they are.
grpc::Status ToldToAgents(const absl::Status& status);

}  // namespace muster::gateway

#endif  // MUSTER_SERVER_GATEWAY_AGENT_STATUS_H_
