// GroupService: named selections of machines.
#ifndef MUSTER_SERVER_OPERATOR_GROUP_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_GROUP_SERVICE_H_

#include "common/clock.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "server/campaign/store.h"
#include "server/identity/access.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe; what it is given must outlive it.
class GroupService : public v1::GroupService::Service {
 public:
  GroupService(campaign::Store& store, identity::Access& access, Guard guard, Clock clock)
      : store_(store), access_(access), guard_(guard), clock_(std::move(clock)) {}

  grpc::Status PutGroup(grpc::ServerContext* context, const v1::PutGroupRequest* request,
                        v1::PutGroupResponse* response) override;
  grpc::Status ListGroups(grpc::ServerContext* context, const v1::ListGroupsRequest* request,
                          v1::ListGroupsResponse* response) override;
  grpc::Status DeleteGroup(grpc::ServerContext* context, const v1::DeleteGroupRequest* request,
                           google::protobuf::Empty* response) override;
  grpc::Status PreviewGroup(grpc::ServerContext* context, const v1::PreviewGroupRequest* request,
                            v1::PreviewGroupResponse* response) override;

 private:
  campaign::Store& store_;
  identity::Access& access_;
  Guard guard_;
  const Clock clock_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_GROUP_SERVICE_H_
