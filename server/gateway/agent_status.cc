#include "server/gateway/agent_status.h"

#include <string>

namespace muster::gateway {

grpc::Status ToldToAgents(const absl::Status& status) {
  const auto code = static_cast<grpc::StatusCode>(status.code());
  if (absl::IsInternal(status)) {
    return {code, "the server failed at this: its log says why, and an administrator has to look"};
  }
  if (absl::IsAborted(status))
    return {code, "the server's database is busy: try again in a moment"};
  return {code, std::string(status.message())};
}

}  // namespace muster::gateway
