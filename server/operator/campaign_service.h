// CampaignService: what operators do with campaigns.
#ifndef MUSTER_SERVER_OPERATOR_CAMPAIGN_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_CAMPAIGN_SERVICE_H_

#include <string>

#include "common/clock.h"
#include "common/worker_pool.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "server/campaign/campaign_feed.h"
#include "server/campaign/campaigns.h"
#include "server/identity/access.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe; what it is given must outlive it. Watches are reactors, for they last: they hold no
// thread.
class CampaignService
    : public v1::CampaignService::WithCallbackMethod_WatchCampaign<v1::CampaignService::Service> {
 public:
  CampaignService(campaign::Store& store, campaign::Campaigns& campaigns,
                  campaign::CampaignFeed& feed, identity::Access& access, Guard guard, Clock clock);

  grpc::Status CreateCampaign(grpc::ServerContext* context,
                              const v1::CreateCampaignRequest* request,
                              v1::Campaign* response) override;
  grpc::Status ExtendCampaign(grpc::ServerContext* context,
                              const v1::ExtendCampaignRequest* request,
                              v1::Campaign* response) override;
  grpc::Status ListCampaigns(grpc::ServerContext* context, const v1::ListCampaignsRequest* request,
                             v1::ListCampaignsResponse* response) override;
  grpc::Status GetCampaign(grpc::ServerContext* context, const v1::GetCampaignRequest* request,
                           v1::Campaign* response) override;
  grpc::Status PreviewCampaign(grpc::ServerContext* context,
                               const v1::PreviewCampaignRequest* request,
                               v1::PreviewCampaignResponse* response) override;
  grpc::Status SubmitCampaign(grpc::ServerContext* context,
                              const v1::SubmitCampaignRequest* request,
                              v1::Campaign* response) override;
  grpc::Status ListTargets(grpc::ServerContext* context, const v1::ListTargetsRequest* request,
                           grpc::ServerWriter<v1::ListTargetsResponse>* writer) override;
  grpc::Status ApproveCampaign(grpc::ServerContext* context,
                               const v1::ApproveCampaignRequest* request,
                               v1::Campaign* response) override;
  grpc::Status StartCampaign(grpc::ServerContext* context, const v1::StartCampaignRequest* request,
                             v1::Campaign* response) override;
  grpc::Status PauseCampaign(grpc::ServerContext* context, const v1::PauseCampaignRequest* request,
                             v1::Campaign* response) override;
  grpc::Status ResumeCampaign(grpc::ServerContext* context,
                              const v1::ResumeCampaignRequest* request,
                              v1::Campaign* response) override;
  grpc::Status CancelCampaign(grpc::ServerContext* context,
                              const v1::CancelCampaignRequest* request,
                              v1::Campaign* response) override;
  grpc::Status RetryFailed(grpc::ServerContext* context, const v1::RetryFailedRequest* request,
                           v1::Campaign* response) override;
  grpc::Status ListOrders(grpc::ServerContext* context, const v1::ListOrdersRequest* request,
                          v1::ListOrdersResponse* response) override;
  grpc::Status ListMachineOrders(grpc::ServerContext* context,
                                 const v1::ListMachineOrdersRequest* request,
                                 v1::ListMachineOrdersResponse* response) override;
  grpc::ServerWriteReactor<v1::Campaign>* WatchCampaign(
      grpc::CallbackServerContext* context, const v1::WatchCampaignRequest* request) override;

 private:
  // Runs an RPC that changes a campaign, and audits it.
  template <typename Request, typename Change>
  grpc::Status Run(grpc::ServerContext* context, const char* method, const Request& request,
                   v1::Campaign* response, Change change);

  campaign::Store& store_;
  campaign::Campaigns& campaigns_;
  campaign::CampaignFeed& feed_;
  identity::Access& access_;
  Guard guard_;
  const Clock clock_;
  WorkerPool admissions_;  // of watches: the token is looked up in the database
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_CAMPAIGN_SERVICE_H_
