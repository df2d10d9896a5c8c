// musterctl notifications: where campaigns tell how they go.
#ifndef MUSTER_DASHBOARD_API_CTL_NOTIFICATIONS_H_
#define MUSTER_DASHBOARD_API_CTL_NOTIFICATIONS_H_

#include <string>

#include "absl/status/status.h"
#include "dashboard-api/ctl/client.h"
#include "dashboard-api/ctl/console.h"

namespace muster::ctl {

struct AddChannelOptions {
  std::string webhook;  // either
  std::string mail;     // or
};
// A webhook's secret, and nothing else, goes to the output.
absl::Status AddChannel(Client& client, const AddChannelOptions& options, Console& console);
absl::Status ListChannels(Client& client, const NoOptions& options, Console& console);
absl::Status DeleteChannel(Client& client, const std::string& name, Console& console);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_NOTIFICATIONS_H_
