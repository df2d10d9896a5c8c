#include "server/operator/campaign_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/operator/campaign_watch.h"
#include "server/operator/field_checks.h"

namespace muster::operator_api {
namespace {

constexpr size_t kTargetsPerMessage = 10'000;
constexpr int kAdmissionThreads = 2;
constexpr size_t kMaxWaitingAdmissions = 5'000;

std::string Method(const char* name) { return absl::StrCat("muster.v1.CampaignService.", name); }

}  // namespace

CampaignService::CampaignService(campaign::Store& store, campaign::Campaigns& campaigns,
                                 campaign::CampaignFeed& feed, identity::Access& access,
                                 Guard guard, Clock clock)
    : store_(store),
      campaigns_(campaigns),
      feed_(feed),
      access_(access),
      guard_(guard),
      clock_(std::move(clock)),
      admissions_(kAdmissionThreads, kMaxWaitingAdmissions) {}

template <typename Request, typename Change>
grpc::Status CampaignService::Run(grpc::ServerContext* context, const char* method,
                                  const Request& request, v1::Campaign* response, Change change) {
  return guard_.Run(*context, Method(method), [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("name", request.name(), "campaigns");
    if (!id.ok()) return id.status();
    absl::StatusOr<v1::Campaign> changed = change(*id, call);
    if (!changed.ok()) return changed.status();
    *response = *std::move(changed);
    return access_.RecordChange(call, response->name());
  });
}

grpc::Status CampaignService::CreateCampaign(grpc::ServerContext* context,
                                             const v1::CreateCampaignRequest* request,
                                             v1::Campaign* response) {
  const auto create = [&](const identity::Call& call) -> absl::Status {
    auto created = campaigns_.Create(request->spec(), call.actor);
    if (!created.ok()) return created.status();
    *response = *std::move(created);
    return access_.RecordChange(call, response->name());
  };
  return guard_.Run(*context, Method("CreateCampaign"), create);
}

grpc::Status CampaignService::ExtendCampaign(grpc::ServerContext* context,
                                             const v1::ExtendCampaignRequest* request,
                                             v1::Campaign* response) {
  return Run(context, "ExtendCampaign", *request, response,
             [&](const std::string& id, const identity::Call& call) {
               return campaigns_.Extend(id, call.actor);
             });
}

grpc::Status CampaignService::ListCampaigns(grpc::ServerContext* context,
                                            const v1::ListCampaignsRequest*,
                                            v1::ListCampaignsResponse* response) {
  return guard_.Run(*context, Method("ListCampaigns"), [&](const auto&) {
    auto campaigns = campaigns_.List();
    if (!campaigns.ok()) return campaigns.status();
    for (v1::Campaign& each : *campaigns) *response->add_campaigns() = std::move(each);
    return absl::OkStatus();
  });
}

grpc::Status CampaignService::GetCampaign(grpc::ServerContext* context,
                                          const v1::GetCampaignRequest* request,
                                          v1::Campaign* response) {
  return guard_.Run(*context, Method("GetCampaign"), [&](const auto&) {
    auto id = ResourceId("name", request->name(), "campaigns");
    if (!id.ok()) return id.status();
    auto found = campaigns_.Get(*id);
    if (found.ok()) *response = *std::move(found);
    return found.status();
  });
}

grpc::Status CampaignService::PreviewCampaign(grpc::ServerContext* context,
                                              const v1::PreviewCampaignRequest* request,
                                              v1::PreviewCampaignResponse* response) {
  return guard_.Run(*context, Method("PreviewCampaign"), [&](const auto&) {
    auto id = ResourceId("name", request->name(), "campaigns");
    if (!id.ok()) return id.status();
    auto preview = campaigns_.Preview(*id);
    if (preview.ok()) *response = *std::move(preview);
    return preview.status();
  });
}

grpc::Status CampaignService::SubmitCampaign(grpc::ServerContext* context,
                                             const v1::SubmitCampaignRequest* request,
                                             v1::Campaign* response) {
  return Run(context, "SubmitCampaign", *request, response,
             [&](const std::string& id, const identity::Call&) { return campaigns_.Submit(id); });
}

grpc::Status CampaignService::ListTargets(grpc::ServerContext* context,
                                          const v1::ListTargetsRequest* request,
                                          grpc::ServerWriter<v1::ListTargetsResponse>* writer) {
  return guard_.Run(*context, Method("ListTargets"), [&](const auto&) {
    auto id = ResourceId("parent", request->parent(), "campaigns");
    if (!id.ok()) return id.status();
    auto targets = store_.Targets(*id);
    if (!targets.ok()) return targets.status();
    v1::ListTargetsResponse page;
    for (size_t i = 0; i < targets->size(); ++i) {
      page.mutable_machine_ids()->append((*targets)[i].ToBytes());
      if ((i + 1) % kTargetsPerMessage == 0 || i + 1 == targets->size()) {
        if (!writer->Write(page)) return absl::CancelledError("the caller has gone");
        page.Clear();
      }
    }
    return absl::OkStatus();
  });
}

grpc::Status CampaignService::ApproveCampaign(grpc::ServerContext* context,
                                              const v1::ApproveCampaignRequest* request,
                                              v1::Campaign* response) {
  return Run(context, "ApproveCampaign", *request, response,
             [&](const std::string& id, const identity::Call& call) {
               return campaigns_.Approve(id, request->signature(), call.actor);
             });
}

grpc::Status CampaignService::StartCampaign(grpc::ServerContext* context,
                                            const v1::StartCampaignRequest* request,
                                            v1::Campaign* response) {
  return Run(context, "StartCampaign", *request, response,
             [&](const std::string& id, const identity::Call&) { return campaigns_.Start(id); });
}

grpc::Status CampaignService::PauseCampaign(grpc::ServerContext* context,
                                            const v1::PauseCampaignRequest* request,
                                            v1::Campaign* response) {
  return Run(context, "PauseCampaign", *request, response,
             [&](const std::string& id, const identity::Call&) -> absl::StatusOr<v1::Campaign> {
               if (auto checked = CheckLength("reason", request->reason(), 1024); !checked.ok()) {
                 return checked;
               }
               return campaigns_.Pause(id, request->reason());
             });
}

grpc::Status CampaignService::ResumeCampaign(grpc::ServerContext* context,
                                             const v1::ResumeCampaignRequest* request,
                                             v1::Campaign* response) {
  return Run(context, "ResumeCampaign", *request, response,
             [&](const std::string& id, const identity::Call&) { return campaigns_.Resume(id); });
}

grpc::Status CampaignService::CancelCampaign(grpc::ServerContext* context,
                                             const v1::CancelCampaignRequest* request,
                                             v1::Campaign* response) {
  return Run(context, "CancelCampaign", *request, response,
             [&](const std::string& id, const identity::Call&) { return campaigns_.Cancel(id); });
}

grpc::Status CampaignService::RetryFailed(grpc::ServerContext* context,
                                          const v1::RetryFailedRequest* request,
                                          v1::Campaign* response) {
  return Run(
      context, "RetryFailed", *request, response,
      [&](const std::string& id, const identity::Call&) { return campaigns_.RetryFailed(id); });
}

grpc::Status CampaignService::ListOrders(grpc::ServerContext* context,
                                         const v1::ListOrdersRequest* request,
                                         v1::ListOrdersResponse* response) {
  return guard_.Run(*context, Method("ListOrders"), [&](const auto&) {
    auto id = ResourceId("parent", request->parent(), "campaigns");
    if (!id.ok()) return id.status();
    auto page_size = PageSize(request->page_size());
    if (!page_size.ok()) return page_size.status();
    if (request->has_code() && request->without_code()) {
      return absl::InvalidArgumentError("without_code: cannot be given together with code");
    }
    auto row = store_.Find(*id);
    if (!row.ok()) return row.status();
    v1::ListOrdersRequest bounded = *request;
    bounded.set_page_size(*page_size);
    auto orders = store_.ListOrders(bounded, row->spec.rule(), clock_());
    if (orders.ok()) *response = *std::move(orders);
    return orders.status();
  });
}

grpc::Status CampaignService::ListMachineOrders(grpc::ServerContext* context,
                                                const v1::ListMachineOrdersRequest* request,
                                                v1::ListMachineOrdersResponse* response) {
  return guard_.Run(*context, Method("ListMachineOrders"), [&](const auto&) {
    auto id = ResourceId("parent", request->parent(), "machines");
    if (!id.ok()) return id.status();
    auto page_size = PageSize(request->page_size());
    if (!page_size.ok()) return page_size.status();
    v1::ListMachineOrdersRequest bounded = *request;
    bounded.set_page_size(*page_size);
    auto orders = store_.ListMachineOrders(bounded);
    if (orders.ok()) *response = *std::move(orders);
    return orders.status();
  });
}

grpc::ServerWriteReactor<v1::Campaign>* CampaignService::WatchCampaign(
    grpc::CallbackServerContext* context, const v1::WatchCampaignRequest* request) {
  const std::shared_ptr<CampaignWatch> watch =
      CampaignWatch::Start(guard_.StartSpan(*context, Method("WatchCampaign")));
  const bool taken = admissions_.Run(
      [this, watch, name = request->name(), token = Guard::BearerToken(*context)]() {
        const trace::CurrentSpan current(watch->span());
        auto call = guard_.Admit(token, Method("WatchCampaign"));
        if (!call.ok()) return watch->OnEnd(call.status());
        auto id = ResourceId("name", name, "campaigns");
        if (!id.ok()) return watch->OnEnd(id.status());
        feed_.Watch(*id, watch);
      });
  if (!taken) watch->OnEnd(absl::ResourceExhaustedError("too many ask to watch at once"));
  return watch.get();
}

}  // namespace muster::operator_api
