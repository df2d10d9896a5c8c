// The operator API's gRPC services (proto/muster/v1/operator.proto).
#ifndef MUSTER_SERVER_OPERATOR_OPERATOR_SERVICES_H_
#define MUSTER_SERVER_OPERATOR_OPERATOR_SERVICES_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <vector>

#include "common/clock.h"
#include "common/trace/tracer.h"
#include "common/verdict/verdict.h"
#include "server/campaign/campaign_feed.h"
#include "server/campaign/campaigns.h"
#include "server/campaign/payloads.h"
#include "server/evidence/store.h"
#include "server/health/pulse.h"
#include "server/identity/access.h"
#include "server/identity/users.h"
#include "server/inventory/fleet_reader.h"
#include "server/inventory/overview_reader.h"
#include "server/notification/channels.h"

namespace muster::operator_api {

// What remediation stands on.
struct RemediationDeps {
  campaign::Store& store;
  campaign::Campaigns& campaigns;
  campaign::CampaignFeed& feed;
  campaign::Payloads& payloads;
  notification::Channels& channels;
  evidence::Store& evidence;
};

// What the services stand on; all must outlive the gRPC server that they are registered with.
struct OperatorDeps {
  inventory::FleetReader& fleet;
  inventory::OverviewReader& overview;
  std::shared_ptr<const verdict::RuleBook> rules;
  identity::Access& access;
  identity::Users& users;
  Clock clock;
  const trace::Tracer& tracer;
  // Null: a server without campaigns, for tests.
  const RemediationDeps* remediation = nullptr;
  // Null: a server that does not know how it is, for tests.
  health::Pulse* pulse = nullptr;
};

// FleetService, AccessService and those of remediation: register each with a grpc::ServerBuilder,
// and keep them as long as its server. They are synchronous (their stores block), so bound their
// threads by a grpc::ResourceQuota; watches alone hold none. Stop the feed before the server is
// shut down: watches do not end by themselves.
std::vector<std::unique_ptr<grpc::Service>> MakeOperatorServices(const OperatorDeps& deps);

// TLS 1.3 (with pki::RequireTls13) under this certificate and key, PEM; no client certificate is
// asked for.
std::shared_ptr<grpc::ServerCredentials> OperatorCredentials(const std::string& key_pem,
                                                             const std::string& certificate_pem);

// Message sizes and limits that the operator API runs with.
void ConfigureOperatorApi(grpc::ServerBuilder& builder);

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_OPERATOR_SERVICES_H_
