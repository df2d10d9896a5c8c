#include "server/operator/key_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/orders/key_set.h"

namespace muster::operator_api {

grpc::Status KeyService::ListKeySets(grpc::ServerContext* context, const v1::ListKeySetsRequest*,
                                     v1::ListKeySetsResponse* response) {
  return guard_.Run(*context, "muster.v1.KeyService.ListKeySets", [&](const auto&) {
    auto sets = store_.KeySets();
    if (!sets.ok()) return sets.status();
    for (v1::SignedKeySet& set : *sets) *response->add_key_sets() = std::move(set);
    return absl::OkStatus();
  });
}

grpc::Status KeyService::PublishKeySet(grpc::ServerContext* context,
                                       const v1::PublishKeySetRequest* request,
                                       v1::KeySet* response) {
  const auto publish = [&](const identity::Call& call) -> absl::Status {
    auto sets = store_.KeySets();
    if (!sets.ok()) return sets.status();
    v1::KeySet current;
    if (!sets->empty()) current.ParseFromString(sets->back().key_set());
    auto next = orders::Follow(sets->empty() ? nullptr : &current, request->signed_key_set());
    if (!next.ok()) return next.status();
    absl::Status put =
        store_.PutKeySet(next->serial(), request->signed_key_set(), call.actor, clock_());
    if (!put.ok()) return put;
    *response = *std::move(next);
    return access_.RecordChange(call, absl::StrCat("keySets/", response->serial()));
  };
  return guard_.Run(*context, "muster.v1.KeyService.PublishKeySet", publish);
}

grpc::Status PayloadService::UploadPayload(grpc::ServerContext* context,
                                           grpc::ServerReader<v1::UploadPayloadRequest>* reader,
                                           v1::StoredPayload* response) {
  const auto upload = [&](const identity::Call& call) -> absl::Status {
    v1::UploadPayloadRequest part;
    if (!reader->Read(&part) || part.part_case() != v1::UploadPayloadRequest::kFileName) {
      return absl::InvalidArgumentError("file_name: must come first");
    }
    auto begun = payloads_.Begin(part.file_name());
    if (!begun.ok()) return begun.status();
    while (reader->Read(&part)) {
      if (part.part_case() != v1::UploadPayloadRequest::kData) {
        return absl::InvalidArgumentError("data: must be all that comes after file_name");
      }
      if (auto taken = (*begun)->Append(part.data()); !taken.ok()) return taken;
    }
    if (context->IsCancelled()) return absl::CancelledError("the caller has gone");
    auto stored = (*begun)->Finish(call.actor);
    if (!stored.ok()) return stored.status();
    *response = *std::move(stored);
    return access_.RecordChange(
        call, absl::StrCat("payloads/", Digest::FromBytes(response->payload().sha256())->ToHex()));
  };
  return guard_.Run(*context, "muster.v1.PayloadService.UploadPayload", upload);
}

grpc::Status PayloadService::ListPayloads(grpc::ServerContext* context,
                                          const v1::ListPayloadsRequest*,
                                          v1::ListPayloadsResponse* response) {
  return guard_.Run(*context, "muster.v1.PayloadService.ListPayloads", [&](const auto&) {
    auto payloads = store_.ListPayloads();
    if (!payloads.ok()) return payloads.status();
    for (v1::StoredPayload& payload : *payloads) *response->add_payloads() = std::move(payload);
    return absl::OkStatus();
  });
}

}  // namespace muster::operator_api
