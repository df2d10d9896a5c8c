#include "server/operator/group_service.h"

#include <utility>

#include "server/operator/field_checks.h"

namespace muster::operator_api {

grpc::Status GroupService::PutGroup(grpc::ServerContext* context,
                                    const v1::PutGroupRequest* request,
                                    v1::PutGroupResponse* response) {
  const auto put = [&](const identity::Call& call) -> absl::Status {
    auto stored = store_.PutGroup(*request, call.actor, clock_());
    if (!stored.ok()) return stored.status();
    *response = *std::move(stored);
    return access_.RecordChange(call, response->group().name());
  };
  return guard_.Run(*context, "muster.v1.GroupService.PutGroup", put);
}

grpc::Status GroupService::ListGroups(grpc::ServerContext* context, const v1::ListGroupsRequest*,
                                      v1::ListGroupsResponse* response) {
  return guard_.Run(*context, "muster.v1.GroupService.ListGroups", [&](const auto&) {
    auto groups = store_.ListGroups();
    if (!groups.ok()) return groups.status();
    for (v1::Group& group : *groups) *response->add_groups() = std::move(group);
    return absl::OkStatus();
  });
}

grpc::Status GroupService::DeleteGroup(grpc::ServerContext* context,
                                       const v1::DeleteGroupRequest* request,
                                       google::protobuf::Empty*) {
  const auto remove = [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("name", request->name(), "groups");
    if (!id.ok()) return id.status();
    if (auto gone = store_.DeleteGroup(*id); !gone.ok()) return gone;
    return access_.RecordChange(call, request->name());
  };
  return guard_.Run(*context, "muster.v1.GroupService.DeleteGroup", remove);
}

grpc::Status GroupService::PreviewGroup(grpc::ServerContext* context,
                                        const v1::PreviewGroupRequest* request,
                                        v1::PreviewGroupResponse* response) {
  return guard_.Run(*context, "muster.v1.GroupService.PreviewGroup", [&](const auto&) {
    auto preview = store_.PreviewGroup(*request, clock_());
    if (preview.ok()) *response = *std::move(preview);
    return preview.status();
  });
}

}  // namespace muster::operator_api
