#include "server/operator/session_service.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/proto_time.h"
#include "server/operator/field_checks.h"

namespace muster::operator_api {
namespace {

v1::User Describe(const identity::UserRow& row) {
  v1::User user;
  user.set_name(absl::StrCat("users/", row.id));
  user.set_display_name(row.display_name);
  user.set_role(row.role);
  user.set_disabled(row.disabled);
  *user.mutable_create_time() = ToProto(row.created_at);
  if (row.last_login_at) *user.mutable_last_login_time() = ToProto(*row.last_login_at);
  user.set_must_change_password(row.must_change_password);
  user.set_etag(absl::StrCat(row.version));
  return user;
}

// The fields that a mask names, or, without one, all that a client may change.
absl::StatusOr<identity::UserChange> ReadChange(const v1::UpdateUserRequest& request) {
  std::vector<std::string> paths(request.update_mask().paths().begin(),
                                 request.update_mask().paths().end());
  if (paths.empty() || paths == std::vector<std::string>{"*"}) {
    paths = {"display_name", "role", "disabled"};
  }
  identity::UserChange change;
  for (const std::string& path : paths) {
    if (path == "display_name") {
      change.display_name = request.user().display_name();
    } else if (path == "role") {
      change.role = request.user().role();
    } else if (path == "disabled") {
      change.disabled = request.user().disabled();
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat("update_mask: must name display_name, role or disabled, not ", path));
    }
  }
  if (!request.user().etag().empty()) {
    int64_t version = 0;
    if (!absl::SimpleAtoi(request.user().etag(), &version)) {
      return absl::InvalidArgumentError("user.etag: not one that this service gave");
    }
    change.version = version;
  }
  return change;
}

}  // namespace

grpc::Status SessionService::CreateSession(grpc::ServerContext* context,
                                           const v1::CreateSessionRequest* request,
                                           v1::Session* response) {
  return guard_.Run(*context, "muster.v1.SessionService.CreateSession", [&](const auto&) {
    auto opened = users_.LogIn(request->user_id(), request->password());
    if (!opened.ok()) return opened.status();
    response->set_actor(absl::StrCat("users/", opened->user.id));
    response->set_display_name(opened->user.display_name);
    response->set_role(opened->user.role);
    response->set_token(opened->text);
    *response->mutable_create_time() = ToProto(opened->row.created_at);
    *response->mutable_expire_time() = ToProto(opened->row.expires_at);
    response->set_must_change_password(opened->user.must_change_password);
    return absl::OkStatus();
  });
}

grpc::Status SessionService::GetCurrentSession(grpc::ServerContext* context,
                                               const v1::GetCurrentSessionRequest*,
                                               v1::Session* response) {
  const auto get = [&](const identity::Call& call) {
    response->set_actor(call.principal.name);
    response->set_display_name(call.principal.display_name);
    response->set_role(call.principal.role);
    *response->mutable_create_time() = ToProto(call.principal.created_at);
    *response->mutable_expire_time() = ToProto(call.principal.expires_at);
    response->set_must_change_password(call.principal.must_change_password);
    return absl::OkStatus();
  };
  return guard_.Run(*context, "muster.v1.SessionService.GetCurrentSession", get);
}

grpc::Status SessionService::DeleteCurrentSession(grpc::ServerContext* context,
                                                  const v1::DeleteCurrentSessionRequest*,
                                                  google::protobuf::Empty*) {
  return guard_.Run(*context, "muster.v1.SessionService.DeleteCurrentSession",
                    [&](const identity::Call& call) { return users_.LogOut(call); });
}

grpc::Status SessionService::ChangePassword(grpc::ServerContext* context,
                                            const v1::ChangePasswordRequest* request,
                                            google::protobuf::Empty*) {
  return guard_.Run(
      *context, "muster.v1.SessionService.ChangePassword", [&](const identity::Call& call) {
        return users_.ChangePassword(call, request->current_password(), request->new_password());
      });
}

grpc::Status UserService::CreateUser(grpc::ServerContext* context,
                                     const v1::CreateUserRequest* request, v1::User* response) {
  const auto create = [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("user.name", request->user().name(), "users");
    if (!id.ok()) return id.status();
    identity::UserRow row;
    row.id = *std::move(id);
    row.display_name = request->user().display_name();
    row.role = request->user().role();
    row.disabled = request->user().disabled();
    row.must_change_password = !request->keep_password();
    auto created = users_.Create(call, std::move(row), request->password());
    if (created.ok()) *response = Describe(*created);
    return created.status();
  };
  return guard_.Run(*context, "muster.v1.UserService.CreateUser", create);
}

grpc::Status UserService::ListUsers(grpc::ServerContext* context, const v1::ListUsersRequest*,
                                    v1::ListUsersResponse* response) {
  return guard_.Run(*context, "muster.v1.UserService.ListUsers", [&](const auto&) {
    auto users = users_.List();
    if (!users.ok()) return users.status();
    for (const auto& listed : *users) {
      v1::User& user = *response->add_users();
      user = Describe(listed.user);
      user.set_sessions(listed.sessions);
      if (listed.locked_until > listed.user.created_at) {
        *user.mutable_locked_until() = ToProto(listed.locked_until);
      }
    }
    return absl::OkStatus();
  });
}

grpc::Status UserService::UpdateUser(grpc::ServerContext* context,
                                     const v1::UpdateUserRequest* request, v1::User* response) {
  const auto update = [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("user.name", request->user().name(), "users");
    if (!id.ok()) return id.status();
    auto change = ReadChange(*request);
    if (!change.ok()) return change.status();
    auto changed = users_.Change(call, *id, *change);
    if (changed.ok()) *response = Describe(*changed);
    return changed.status();
  };
  return guard_.Run(*context, "muster.v1.UserService.UpdateUser", update);
}

grpc::Status UserService::SetUserPassword(grpc::ServerContext* context,
                                          const v1::SetUserPasswordRequest* request,
                                          v1::User* response) {
  const auto set = [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("name", request->name(), "users");
    if (!id.ok()) return id.status();
    auto changed = users_.SetPassword(call, *id, request->password(), !request->keep_password());
    if (changed.ok()) *response = Describe(*changed);
    return changed.status();
  };
  return guard_.Run(*context, "muster.v1.UserService.SetUserPassword", set);
}

grpc::Status UserService::DeleteUser(grpc::ServerContext* context,
                                     const v1::DeleteUserRequest* request,
                                     google::protobuf::Empty*) {
  const auto remove = [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("name", request->name(), "users");
    return id.ok() ? users_.Delete(call, *id) : id.status();
  };
  return guard_.Run(*context, "muster.v1.UserService.DeleteUser", remove);
}

}  // namespace muster::operator_api
