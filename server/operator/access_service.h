// AccessService: tokens and the audit log.
#ifndef MUSTER_SERVER_OPERATOR_ACCESS_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_ACCESS_SERVICE_H_

#include "muster/v1/operator.grpc.pb.h"
#include "server/identity/access.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe; `access` must outlive it.
class AccessService : public v1::AccessService::Service {
 public:
  AccessService(identity::Access& access, Guard guard);

  grpc::Status CreateEnrollmentToken(grpc::ServerContext* context,
                                     const v1::CreateEnrollmentTokenRequest* request,
                                     v1::EnrollmentToken* response) override;
  grpc::Status CreateApiToken(grpc::ServerContext* context,
                              const v1::CreateApiTokenRequest* request,
                              v1::ApiToken* response) override;
  grpc::Status ListApiTokens(grpc::ServerContext* context, const v1::ListApiTokensRequest* request,
                             v1::ListApiTokensResponse* response) override;
  grpc::Status RevokeApiToken(grpc::ServerContext* context,
                              const v1::RevokeApiTokenRequest* request,
                              google::protobuf::Empty* response) override;
  grpc::Status ListAuditEntries(grpc::ServerContext* context,
                                const v1::ListAuditEntriesRequest* request,
                                v1::ListAuditEntriesResponse* response) override;

 private:
  identity::Access& access_;
  Guard guard_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_ACCESS_SERVICE_H_
