// A connection to the operator API.
#ifndef MUSTER_DASHBOARD_API_CTL_CLIENT_H_
#define MUSTER_DASHBOARD_API_CTL_CLIENT_H_

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <tuple>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dashboard-api/ctl/settings.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "muster/v1/evidence.grpc.pb.h"
#include "muster/v1/operator.grpc.pb.h"
#include "muster/v1/overview.grpc.pb.h"
#include "muster/v1/session.grpc.pb.h"

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
    if (!settings_.token.empty()) context.AddMetadata("authorization", "Bearer " + settings_.token);
    context.set_deadline(std::chrono::system_clock::now() + deadline_);
    return Explain((StubOf<Stub>().*method)(&context, request, response));
  }

  // A call that answers with a stream; `take` is false to end it, which is no error. Without a
  // deadline.
  template <typename Stub, typename Request, typename Response, typename Take>
  absl::Status Stream(std::unique_ptr<grpc::ClientReader<Response>> (Stub::*method)(
                          grpc::ClientContext*, const Request&),
                      const Request& request, Take take) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + settings_.token);
    auto reader = (StubOf<Stub>().*method)(&context, request);
    Response response;
    bool ended = false;
    while (!ended && reader->Read(&response)) {
      ended = !take(response);
      if (ended) context.TryCancel();
    }
    const grpc::Status status = reader->Finish();
    return ended ? absl::OkStatus() : Explain(status);
  }

  // A call that takes a stream; `next` is false at its end.
  template <typename Stub, typename Request, typename Response, typename Next>
  absl::Status Upload(
      std::unique_ptr<grpc::ClientWriter<Request>> (Stub::*method)(grpc::ClientContext*, Response*),
      Next next, Response* response) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + settings_.token);
    auto writer = (StubOf<Stub>().*method)(&context, response);
    Request part;
    while (next(part) && writer->Write(part)) part.Clear();
    writer->WritesDone();
    return Explain(writer->Finish());
  }

  const Settings& settings() const { return settings_; }
  // Of each call that is no stream; 120 seconds by default.
  void set_deadline(std::chrono::seconds deadline) { deadline_ = deadline; }

 private:
  explicit Client(Settings settings);

  template <typename Stub>
  Stub& StubOf() {
    return *std::get<std::unique_ptr<Stub>>(stubs_);
  }

  absl::Status Explain(const grpc::Status& status) const;

  Settings settings_;
  std::chrono::seconds deadline_{120};
  std::tuple<std::unique_ptr<v1::FleetService::Stub>, std::unique_ptr<v1::AccessService::Stub>,
             std::unique_ptr<v1::GroupService::Stub>, std::unique_ptr<v1::KeyService::Stub>,
             std::unique_ptr<v1::PayloadService::Stub>, std::unique_ptr<v1::CampaignService::Stub>,
             std::unique_ptr<v1::NotificationService::Stub>,
             std::unique_ptr<v1::EvidenceService::Stub>, std::unique_ptr<v1::UserService::Stub>,
             std::unique_ptr<v1::SessionService::Stub>, std::unique_ptr<v1::OverviewService::Stub>,
             std::unique_ptr<v1::CatalogService::Stub>, std::unique_ptr<v1::HealthService::Stub>>
      stubs_;
};

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_CLIENT_H_
