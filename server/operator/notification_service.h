// NotificationService: where campaigns tell how they go.
#ifndef MUSTER_SERVER_OPERATOR_NOTIFICATION_SERVICE_H_
#define MUSTER_SERVER_OPERATOR_NOTIFICATION_SERVICE_H_

#include <utility>

#include "common/clock.h"
#include "muster/v1/campaign.grpc.pb.h"
#include "server/identity/access.h"
#include "server/notification/channels.h"
#include "server/operator/guard.h"

namespace muster::operator_api {

// Thread-safe; what it is given must outlive it.
class NotificationService : public v1::NotificationService::Service {
 public:
  NotificationService(notification::Channels& channels, identity::Access& access, Guard guard,
                      Clock clock)
      : channels_(channels), access_(access), guard_(guard), clock_(std::move(clock)) {}

  grpc::Status CreateNotificationChannel(grpc::ServerContext* context,
                                         const v1::CreateNotificationChannelRequest* request,
                                         v1::NotificationChannel* response) override;
  grpc::Status ListNotificationChannels(grpc::ServerContext* context,
                                        const v1::ListNotificationChannelsRequest* request,
                                        v1::ListNotificationChannelsResponse* response) override;
  grpc::Status DeleteNotificationChannel(grpc::ServerContext* context,
                                         const v1::DeleteNotificationChannelRequest* request,
                                         google::protobuf::Empty* response) override;

 private:
  notification::Channels& channels_;
  identity::Access& access_;
  Guard guard_;
  const Clock clock_;
};

}  // namespace muster::operator_api

#endif  // MUSTER_SERVER_OPERATOR_NOTIFICATION_SERVICE_H_
