#include "server/operator/operator_services.h"

#include "server/operator/access_service.h"
#include "server/operator/fleet_service.h"

namespace muster::operator_api {
namespace {

// Requests are filters and names; answers at most a page of 1,000 machines.
constexpr int kMaxRequestBytes = 64 * 1024;
constexpr int kMaxThreads = 64;

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeOperatorServices(const OperatorDeps& deps) {
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(
      std::make_unique<FleetService>(deps.fleet, deps.rules, Guard(deps.access), deps.clock));
  services.push_back(std::make_unique<AccessService>(deps.access, Guard(deps.access)));
  return services;
}

std::shared_ptr<grpc::ServerCredentials> OperatorCredentials(const std::string& key_pem,
                                                             const std::string& certificate_pem) {
  grpc::SslServerCredentialsOptions options;
  options.pem_key_cert_pairs.push_back({key_pem, certificate_pem});
  return grpc::SslServerCredentials(options);
}

void ConfigureOperatorApi(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMaxRequestBytes);
  grpc::ResourceQuota quota("operator API");
  quota.SetMaxThreads(kMaxThreads);
  builder.SetResourceQuota(quota);
}

}  // namespace muster::operator_api
