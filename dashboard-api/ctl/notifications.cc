#include "dashboard-api/ctl/notifications.h"

#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/output.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"
#include "dashboard-api/ctl/values.h"

namespace muster::ctl {
namespace {

using Service = v1::NotificationService::Stub;

std::string TargetOf(const v1::NotificationChannel& channel) {
  return channel.has_webhook_url() ? channel.webhook_url() : channel.mail_address();
}

}  // namespace

absl::Status AddChannel(Client& client, const AddChannelOptions& options, Console& console) {
  v1::CreateNotificationChannelRequest request;
  if (!options.webhook.empty()) {
    request.mutable_channel()->set_webhook_url(options.webhook);
  } else {
    request.mutable_channel()->set_mail_address(options.mail);
  }
  v1::NotificationChannel channel;
  auto created = client.Call(&Service::CreateNotificationChannel, request, &channel);
  if (!created.ok()) return created;
  Table table({"CHANNEL", "TO", "SECRET"});
  table.Add({{channel.name()}, {TargetOf(channel)}, {channel.secret()}});
  const bool secret = !channel.secret().empty();
  return WriteChange(
      channel, secret ? absl::StrCat(ForTerminal(channel.secret()), "\n") : "", table, console,
      absl::StrCat(ForTerminal(channel.name()), " is told from now on",
                   secret ? "; this is the only time that its secret is shown\n" : "\n"));
}

absl::Status ListChannels(Client& client, const NoOptions&, Console& console) {
  v1::ListNotificationChannelsResponse response;
  auto listed = client.Call(&Service::ListNotificationChannels,
                            v1::ListNotificationChannelsRequest(), &response);
  if (!listed.ok()) return listed;
  Table table({"CHANNEL", "TO", "WAITING", "LAST ERROR"});
  for (const v1::NotificationChannel& channel : response.channels()) {
    table.Add({{channel.name()},
               {TargetOf(channel)},
               {absl::StrCat(channel.waiting())},
               {channel.last_error()}});
  }
  return Write(response, table, console);
}

absl::Status DeleteChannel(Client& client, const std::string& name, Console& console) {
  v1::DeleteNotificationChannelRequest request;
  request.set_name(ResourceName("notificationChannels", name));
  google::protobuf::Empty nothing;
  auto gone = client.Call(&Service::DeleteNotificationChannel, request, &nothing);
  if (gone.ok()) console.err << ForTerminal(request.name()) << " is removed\n";
  return gone;
}

}  // namespace muster::ctl
