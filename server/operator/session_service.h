// SessionService and UserService: persons, and how they come in.
#ifndef MUSTER_SERVER_OPERATOR_SESSION_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_SESSION_SERVICE_H_

#include "muster/v1/session.grpc.pb.h"
#include "server/identity/users.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe; what it is given must outlive it.
class SessionService : public v1::SessionService::Service {
 public:
  SessionService(identity::Users& users, Guard guard) : users_(users), guard_(guard) {}

  grpc::Status CreateSession(grpc::ServerContext* context, const v1::CreateSessionRequest* request,
                             v1::Session* response) override;
  grpc::Status GetCurrentSession(grpc::ServerContext* context,
                                 const v1::GetCurrentSessionRequest* request,
                                 v1::Session* response) override;
  grpc::Status DeleteCurrentSession(grpc::ServerContext* context,
                                    const v1::DeleteCurrentSessionRequest* request,
                                    google::protobuf::Empty* response) override;
  grpc::Status ChangePassword(grpc::ServerContext* context,
                              const v1::ChangePasswordRequest* request,
                              google::protobuf::Empty* response) override;

 private:
  identity::Users& users_;
  Guard guard_;
};

// Likewise.
class UserService : public v1::UserService::Service {
 public:
  UserService(identity::Users& users, Guard guard) : users_(users), guard_(guard) {}

  grpc::Status CreateUser(grpc::ServerContext* context, const v1::CreateUserRequest* request,
                          v1::User* response) override;
  grpc::Status ListUsers(grpc::ServerContext* context, const v1::ListUsersRequest* request,
                         v1::ListUsersResponse* response) override;
  grpc::Status UpdateUser(grpc::ServerContext* context, const v1::UpdateUserRequest* request,
                          v1::User* response) override;
  grpc::Status SetUserPassword(grpc::ServerContext* context,
                               const v1::SetUserPasswordRequest* request,
                               v1::User* response) override;
  grpc::Status DeleteUser(grpc::ServerContext* context, const v1::DeleteUserRequest* request,
                          google::protobuf::Empty* response) override;

 private:
  identity::Users& users_;
  Guard guard_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_SESSION_SERVICE_H_
