// What a webhook's request says beside its body. Pure functions; docs/notifications.md tells
// receivers.
#ifndef MUSTER_SERVER_NOTIFICATION_WEBHOOK_H_
#define MUSTER_SERVER_NOTIFICATION_WEBHOOK_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/notification/store.h"

namespace muster::notification {

// "t=<unix seconds>,v1=<hex HMAC-SHA256 over "<t>.<body>">": what Muster-Signature says. The
// instant is signed too, so that a receiver can refuse what somebody recorded and plays again.
std::string WebhookSignature(absl::string_view secret, absl::Time at, absl::string_view body);

// The request's header lines, without line ends; `at` is the attempt's instant. Muster-Delivery is
// the same in each attempt.
std::vector<std::string> WebhookHeaders(const Delivery& delivery, absl::Time at);

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_WEBHOOK_H_
