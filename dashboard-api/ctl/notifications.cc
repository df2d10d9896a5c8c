#include "dashboard-api/ctl/notifications.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "dashboard-api/ctl/safe_text.h"
#include "dashboard-api/ctl/table.h"

namespace muster::ctl {
namespace {

using Service = v1::NotificationService::Stub;

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
  if (!channel.secret().empty()) {
    console.out << channel.secret() << "\n";
    console.out.flush();
  }
  console.err << channel.name() << " is told from now on"
              << (channel.secret().empty() ? "\n"
                                           : "; this is the only time that its secret is shown\n");
  return absl::OkStatus();
}

absl::Status ListChannels(Client& client, const std::string& format, Console& console) {
  v1::ListNotificationChannelsResponse response;
  auto listed = client.Call(&Service::ListNotificationChannels,
                            v1::ListNotificationChannelsRequest(), &response);
  if (!listed.ok()) return listed;
  if (format == "json") {
    console.out << Json(response, /*pretty=*/true);
    return absl::OkStatus();
  }
  Table table({"CHANNEL", "TO", "WAITING", "LAST ERROR"});
  for (const v1::NotificationChannel& channel : response.channels()) {
    table.Add({{channel.name()},
               {channel.has_webhook_url() ? channel.webhook_url() : channel.mail_address()},
               {absl::StrCat(channel.waiting())},
               {channel.last_error()}});
  }
  console.out << table.ToText(console.colours);
  return absl::OkStatus();
}

absl::Status DeleteChannel(Client& client, const std::string& name, Console& console) {
  v1::DeleteNotificationChannelRequest request;
  request.set_name(absl::StartsWith(name, "notificationChannels/")
                       ? name
                       : absl::StrCat("notificationChannels/", name));
  google::protobuf::Empty nothing;
  auto gone = client.Call(&Service::DeleteNotificationChannel, request, &nothing);
  if (gone.ok()) console.err << ForTerminal(request.name()) << " is removed\n";
  return gone;
}

}  // namespace muster::ctl
