// A delivery as a mail (RFC 5322, RFC 2045, RFC 2047). Pure.
#ifndef MUSTER_SERVER_NOTIFICATION_MAIL_H_
#define MUSTER_SERVER_NOTIFICATION_MAIL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "server/notification/store.h"

namespace muster::notification {

// The whole message, lines ended by CRLF; the same bytes in each attempt. `from` and the channel's
// address must have passed CheckMailAddress; subject and text may hold anything.
std::string MailMessage(absl::string_view from, const Delivery& delivery);

// A Subject header's value, folded. What is not short printable ASCII becomes encoded words; line
// ends and other control characters become blanks.
std::string EncodedSubject(absl::string_view subject);

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_MAIL_H_
