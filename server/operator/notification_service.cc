#include "server/operator/notification_service.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/pki/signing_key.h"
#include "common/proto_time.h"
#include "server/notification/channel.h"
#include "server/operator/field_checks.h"

namespace muster::operator_api {

grpc::Status NotificationService::CreateNotificationChannel(
    grpc::ServerContext* context, const v1::CreateNotificationChannelRequest* request,
    v1::NotificationChannel* response) {
  const auto create = [&](const identity::Call& call) -> absl::Status {
    notification::Channel channel;
    channel.id = absl::BytesToHexString(pki::RandomBytes(8));
    const v1::NotificationChannel& asked = request->channel();
    if (asked.has_webhook_url()) {
      channel.address = asked.webhook_url();
      channel.secret = absl::BytesToHexString(pki::RandomBytes(32));
    } else {
      channel.kind = notification::Channel::Kind::kEmail;
      channel.address = asked.mail_address();
    }
    if (auto checked = notification::CheckChannel(channel); !checked.ok()) return checked;
    if (auto put = channels_.PutChannel(channel, call.actor, clock_()); !put.ok()) return put;
    *response = asked;
    response->set_name(absl::StrCat("notificationChannels/", channel.id));
    response->set_secret(channel.secret);
    response->set_created_by(call.actor);
    *response->mutable_create_time() = ToProto(clock_());
    return access_.RecordChange(call, response->name());
  };
  return guard_.Run(*context, "muster.v1.NotificationService.CreateNotificationChannel", create);
}

grpc::Status NotificationService::ListNotificationChannels(
    grpc::ServerContext* context, const v1::ListNotificationChannelsRequest*,
    v1::ListNotificationChannelsResponse* response) {
  return guard_.Run(*context, "muster.v1.NotificationService.ListNotificationChannels",
                    [&](const auto&) {
                      auto channels = channels_.ListChannels();
                      if (!channels.ok()) return channels.status();
                      for (v1::NotificationChannel& channel : *channels) {
                        *response->add_channels() = std::move(channel);
                      }
                      return absl::OkStatus();
                    });
}

grpc::Status NotificationService::DeleteNotificationChannel(
    grpc::ServerContext* context, const v1::DeleteNotificationChannelRequest* request,
    google::protobuf::Empty*) {
  const auto remove = [&](const identity::Call& call) -> absl::Status {
    auto id = ResourceId("name", request->name(), "notificationChannels");
    if (!id.ok()) return id.status();
    if (auto gone = channels_.DeleteChannel(*id); !gone.ok()) return gone;
    return access_.RecordChange(call, request->name());
  };
  return guard_.Run(*context, "muster.v1.NotificationService.DeleteNotificationChannel", remove);
}

}  // namespace muster::operator_api
