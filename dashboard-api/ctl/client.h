// A connection to the operator API.
#ifndef MUSTER_DASHBOARD_API_CTL_CLIENT_H_
#define MUSTER_DASHBOARD_API_CTL_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dashboard-api/ctl/settings.h"
#include "muster/v1/operator.grpc.pb.h"

namespace muster::ctl {

// Not thread-safe. Connects at the first call.
class Client {
 public:
  // INVALID_ARGUMENT where the CA file holds no certificate.
  static absl::StatusOr<Client> Create(Settings settings);

  // One call with the token and a deadline. Errors have the server's code, and say what to do.
  template <typename Stub, typename Request, typename Response>
  absl::Status Call(grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                    const Request& request, Response* response) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + settings_.token);
    context.set_deadline(std::chrono::system_clock::now() + kDeadline);
    return Explain((StubOf<Stub>().*method)(&context, request, response));
  }

 private:
  static constexpr std::chrono::seconds kDeadline{120};

  explicit Client(Settings settings);

  template <typename Stub>
  Stub& StubOf() {
    if constexpr (std::is_same_v<Stub, v1::FleetService::Stub>) {
      return *fleet_;
    } else {
      return *access_;
    }
  }

  absl::Status Explain(const grpc::Status& status) const;

  Settings settings_;
  std::unique_ptr<v1::FleetService::Stub> fleet_;
  std::unique_ptr<v1::AccessService::Stub> access_;
};

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CLIENT_H_
