#include "server/operator/evidence_service.h"

#include <utility>

#include "absl/strings/match.h"
#include "server/operator/field_checks.h"

namespace muster::operator_api {

grpc::Status EvidenceService::ListEvidenceBundles(grpc::ServerContext* context,
                                                  const v1::ListEvidenceBundlesRequest* request,
                                                  v1::ListEvidenceBundlesResponse* response) {
  return guard_.Run(*context, "muster.v1.EvidenceService.ListEvidenceBundles", [&](const auto&) {
    const char* collection =
        absl::StartsWith(request->parent(), "campaigns/") ? "campaigns" : "machines";
    auto id = ResourceId("parent", request->parent(), collection);
    if (!id.ok()) return id.status();
    auto page_size = PageSize(request->page_size());
    if (!page_size.ok()) return page_size.status();
    v1::ListEvidenceBundlesRequest bounded = *request;
    bounded.set_page_size(*page_size);
    auto page = store_.List(bounded);
    if (page.ok()) *response = *std::move(page);
    return page.status();
  });
}

grpc::Status EvidenceService::DownloadEvidenceBundle(
    grpc::ServerContext* context, const v1::DownloadEvidenceBundleRequest* request,
    grpc::ServerWriter<v1::DownloadEvidenceBundleResponse>* writer) {
  const auto download = [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("name", request->name(), "evidenceBundles");
    if (!id.ok()) return id.status();
    v1::DownloadEvidenceBundleResponse part;
    absl::Status read = store_.Read(*id, [&](absl::string_view data) {
      part.set_data(std::string(data));
      return writer->Write(part) ? absl::OkStatus() : absl::CancelledError("the caller has gone");
    });
    if (!read.ok()) return read;
    return access_.RecordChange(call, request->name());
  };
  return guard_.Run(*context, "muster.v1.EvidenceService.DownloadEvidenceBundle", download);
}

grpc::Status EvidenceService::DeleteEvidenceBundle(grpc::ServerContext* context,
                                                   const v1::DeleteEvidenceBundleRequest* request,
                                                   google::protobuf::Empty*) {
  const auto remove = [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("name", request->name(), "evidenceBundles");
    if (!id.ok()) return id.status();
    if (absl::Status gone = store_.Delete(*id); !gone.ok()) return gone;
    return access_.RecordChange(call, request->name());
  };
  return guard_.Run(*context, "muster.v1.EvidenceService.DeleteEvidenceBundle", remove);
}

}  // namespace muster::operator_api
