// The one door of the operator API: every RPC passes it before anything is looked at.
#ifndef MUSTER_SERVER_OPERATOR_GUARD_H_
#define MUSTER_SERVER_OPERATOR_GUARD_H_

#include <grpcpp/grpcpp.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/log/log_field.h"
#include "server/identity/access.h"

namespace muster::operator_api {

grpc::Status ToGrpc(const absl::Status& status);

// Thread-safe and copyable; `access` must outlive it.
class Guard {
 public:
  explicit Guard(identity::Access& access) : access_(&access) {}

  // Admits the call by its `authorization: Bearer` metadata and the role that `method` (a full
  // name) declares, then runs `handler`: (const identity::Call&) -> absl::Status. A denial is
  // audited and the handler is not run. What is logged meanwhile has the call's `x-request-id`.
  template <typename Handler>
  grpc::Status Run(const grpc::ServerContext& context, absl::string_view method, Handler handler) {
    const LogField request("requestId", RequestId(context));
    auto call = Admit(BearerToken(context), method);
    const absl::Status status = call.ok() ? handler(*call) : call.status();
    LogFault(method, status);
    return ToGrpc(status);
  }

  // The same door for a reactor, which may not block: it takes the token, and asks on a thread of
  // its own.
  static std::string BearerToken(const grpc::ServerContextBase& context);
  absl::StatusOr<identity::Call> Admit(absl::string_view token, absl::string_view method);

 private:
  // Empty where there is none, or it is not 1 to 128 visible ASCII characters.
  static std::string RequestId(const grpc::ServerContextBase& context);
  // A line where the fault is the server's own.
  static void LogFault(absl::string_view method, const absl::Status& status);

  identity::Access* access_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_GUARD_H_
