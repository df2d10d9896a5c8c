// KeyService and PayloadService: what orders are signed with, and what they carry.
#ifndef MUSTER_SERVER_OPERATOR_KEY_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_KEY_SERVICE_H_

#include "common/clock.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "server/campaign/payloads.h"
#include "server/campaign/store.h"
#include "server/identity/access.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe; what it is given must outlive it.
class KeyService : public v1::KeyService::Service {
 public:
  KeyService(campaign::Store& store, identity::Access& access, Guard guard, Clock clock)
      : store_(store), access_(access), guard_(guard), clock_(std::move(clock)) {}

  grpc::Status ListKeySets(grpc::ServerContext* context, const v1::ListKeySetsRequest* request,
                           v1::ListKeySetsResponse* response) override;
  grpc::Status PublishKeySet(grpc::ServerContext* context, const v1::PublishKeySetRequest* request,
                             v1::KeySet* response) override;

 private:
  campaign::Store& store_;
  identity::Access& access_;
  Guard guard_;
  const Clock clock_;
};

// Thread-safe; what it is given must outlive it.
class PayloadService : public v1::PayloadService::Service {
 public:
  PayloadService(campaign::Store& store, campaign::Payloads& payloads, identity::Access& access,
                 Guard guard)
      : store_(store), payloads_(payloads), access_(access), guard_(guard) {}

  grpc::Status UploadPayload(grpc::ServerContext* context,
                             grpc::ServerReader<v1::UploadPayloadRequest>* reader,
                             v1::StoredPayload* response) override;
  grpc::Status ListPayloads(grpc::ServerContext* context, const v1::ListPayloadsRequest* request,
                            v1::ListPayloadsResponse* response) override;

 private:
  campaign::Store& store_;
  campaign::Payloads& payloads_;
  identity::Access& access_;
  Guard guard_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_KEY_SERVICE_H_
