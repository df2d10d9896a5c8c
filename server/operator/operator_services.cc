#include "server/operator/operator_services.h"

#include "server/operator/access_service.h"
#include "server/operator/campaign_service.h"
#include "server/operator/evidence_service.h"
#include "server/operator/fleet_service.h"
#include "server/operator/group_service.h"
#include "server/operator/key_service.h"
#include "server/operator/notification_service.h"
#include "server/operator/overview_service.h"
#include "server/operator/session_service.h"

namespace muster::operator_api {
namespace {

// A group's list of names is the longest; answers are at most a page of 1,000 machines.
constexpr int kMaxRequestBytes = 8 * 1024 * 1024;
constexpr int kMaxThreads = 64;

}  // namespace

std::vector<std::unique_ptr<grpc::Service>> MakeOperatorServices(const OperatorDeps& deps) {
  const Guard guard(deps.access, deps.tracer);
  std::vector<std::unique_ptr<grpc::Service>> services;
  services.push_back(std::make_unique<FleetService>(deps.fleet, deps.rules, guard, deps.clock));
  services.push_back(std::make_unique<AccessService>(deps.access, guard));
  services.push_back(
      std::make_unique<OverviewService>(deps.overview, deps.pulse, guard, deps.clock));
  services.push_back(std::make_unique<CatalogService>(deps.overview, guard));
  services.push_back(std::make_unique<HealthService>(deps.pulse, guard));
  services.push_back(std::make_unique<SessionService>(deps.users, guard));
  services.push_back(std::make_unique<UserService>(deps.users, guard));
  if (deps.remediation == nullptr) return services;
  auto& [store, campaigns, feed, payloads, channels, evidence] = *deps.remediation;
  services.push_back(std::make_unique<GroupService>(store, deps.access, guard, deps.clock));
  services.push_back(std::make_unique<KeyService>(store, deps.access, guard, deps.clock));
  services.push_back(std::make_unique<PayloadService>(store, payloads, deps.access, guard));
  services.push_back(
      std::make_unique<CampaignService>(store, campaigns, feed, deps.access, guard, deps.clock));
  services.push_back(
      std::make_unique<NotificationService>(channels, deps.access, guard, deps.clock));
  services.push_back(std::make_unique<EvidenceService>(evidence, deps.access, guard));
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
