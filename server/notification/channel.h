// Which addresses notifications may go to.
#ifndef MUSTER_SERVER_NOTIFICATION_CHANNEL_H_
#define MUSTER_SERVER_NOTIFICATION_CHANNEL_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/notification/store.h"

namespace muster::notification {

// OK for an http or https URL without credentials (at most 2048 bytes of printable ASCII), or a
// plain mail address. INVALID_ARGUMENT says what is wrong and never repeats the address, which may
// be a secret. Pure.
absl::Status CheckChannel(const Channel& channel);

// OK for local@domain: at most 320 bytes of printable ASCII, no quotes, brackets, lists or names,
// so that it can stand in a header and in an SMTP command as it is.
absl::Status CheckMailAddress(absl::string_view address);

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_CHANNEL_H_
