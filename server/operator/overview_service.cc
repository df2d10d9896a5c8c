#include "server/operator/overview_service.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/operator/field_checks.h"

namespace muster::operator_api {
namespace {

constexpr size_t kMaxFilterBytes = 4096;  // what the filter's own parser takes

template <typename Message>
absl::Status Give(absl::StatusOr<Message> answer, Message* response) {
  if (answer.ok()) *response = *std::move(answer);
  return answer.status();
}

}  // namespace

grpc::Status OverviewService::ForecastVerdicts(grpc::ServerContext* context,
                                               const v1::ForecastVerdictsRequest* request,
                                               v1::ForecastVerdictsResponse* response) {
  return guard_.Run(*context, "muster.v1.OverviewService.ForecastVerdicts", [&](const auto&) {
    auto checked = CheckLength("filter", request->filter(), kMaxFilterBytes);
    return checked.ok() ? Give(reader_.Forecast(*request, clock_()), response) : checked;
  });
}

grpc::Status OverviewService::ListVerdictHistory(grpc::ServerContext* context,
                                                 const v1::ListVerdictHistoryRequest* request,
                                                 v1::ListVerdictHistoryResponse* response) {
  return guard_.Run(*context, "muster.v1.OverviewService.ListVerdictHistory", [&](const auto&) {
    absl::Status checked = CheckLength("filter", request->filter(), kMaxFilterBytes);
    checked.Update(CheckTimestamp("start_time", request->start_time()));
    checked.Update(CheckTimestamp("end_time", request->end_time()));
    return checked.ok() ? Give(reader_.History(*request, clock_()), response) : checked;
  });
}

grpc::Status OverviewService::SummarizeSilence(grpc::ServerContext* context,
                                               const v1::SummarizeSilenceRequest* request,
                                               v1::SummarizeSilenceResponse* response) {
  return guard_.Run(*context, "muster.v1.OverviewService.SummarizeSilence", [&](const auto&) {
    auto checked = CheckLength("filter", request->filter(), kMaxFilterBytes);
    return checked.ok() ? Give(reader_.Silence(*request, clock_()), response) : checked;
  });
}

grpc::Status OverviewService::ListAttention(grpc::ServerContext* context,
                                            const v1::ListAttentionRequest*,
                                            v1::ListAttentionResponse* response) {
  return guard_.Run(*context, "muster.v1.OverviewService.ListAttention", [&](const auto&) {
    auto found = reader_.Attention(clock_());
    if (!found.ok()) return found.status();
    if (pulse_ != nullptr) {
      for (v1::Attention& attention : pulse_->Attention()) {
        *response->add_attention() = std::move(attention);
      }
    }
    response->mutable_attention()->MergeFrom(found->attention());
    return absl::OkStatus();
  });
}

grpc::Status CatalogService::ListCatalogs(grpc::ServerContext* context,
                                          const v1::ListCatalogsRequest* request,
                                          v1::ListCatalogsResponse* response) {
  return guard_.Run(*context, "muster.v1.CatalogService.ListCatalogs", [&](const auto&) {
    auto holdings = reader_.Catalogs();
    if (!holdings.ok()) return holdings.status();
    return Give(inventory::ListCatalogs(**holdings, *request), response);
  });
}

grpc::Status CatalogService::GetCatalog(grpc::ServerContext* context,
                                        const v1::GetCatalogRequest* request,
                                        v1::CatalogHolding* response) {
  return guard_.Run(*context, "muster.v1.CatalogService.GetCatalog", [&](const auto&) {
    auto id = ResourceId("name", request->name(), "catalogs");
    if (!id.ok()) return id.status();
    auto holdings = reader_.Catalogs();
    if (!holdings.ok()) return holdings.status();
    for (const inventory::HeldCatalog& held : (*holdings)->catalogs) {
      v1::CatalogHolding holding = inventory::ToHolding(held);
      if (!absl::EqualsIgnoreCase(holding.name(), request->name())) continue;
      *response = std::move(holding);
      return absl::OkStatus();
    }
    return absl::NotFoundError(absl::StrCat("no machine holds ", request->name(), " now"));
  });
}

grpc::Status CatalogService::ListSigners(grpc::ServerContext* context,
                                         const v1::ListSignersRequest* request,
                                         v1::ListSignersResponse* response) {
  return guard_.Run(*context, "muster.v1.CatalogService.ListSigners", [&](const auto&) {
    auto holdings = reader_.Catalogs();
    if (!holdings.ok()) return holdings.status();
    return Give(inventory::ListSigners(**holdings, *request), response);
  });
}

grpc::Status HealthService::GetHealth(grpc::ServerContext* context, const v1::GetHealthRequest*,
                                      v1::Health* response) {
  return guard_.Run(*context, "muster.v1.HealthService.GetHealth", [&](const auto&) {
    if (pulse_ == nullptr) return absl::UnavailableError("this server does not know how it is");
    return Give(pulse_->Look(), response);
  });
}

}  // namespace muster::operator_api
