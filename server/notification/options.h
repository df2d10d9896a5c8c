// How notifications are sent.
#ifndef MUSTER_SERVER_NOTIFICATION_OPTIONS_H_
#define MUSTER_SERVER_NOTIFICATION_OPTIONS_H_

#include <string>

#include "absl/time/time.h"

namespace muster::notification {

// The relay that takes mail.
struct SmtpOptions {
  // smtp://host:25 or smtps://host:465; empty: no mail. With smtp://, TLS is used where the relay
  // offers it, and demanded where there is a password.
  std::string url;
  std::string from;  // a plain mail address
  std::string user;  // empty: no login
  std::string password;
  std::string ca_file;  // PEM; empty: the system's
};

struct SenderOptions {
  SmtpOptions smtp;
  std::string ca_file;  // for webhooks, PEM; empty: the system's
  // One attempt, from the name's resolution to the answer.
  absl::Duration timeout = absl::Seconds(10);
  // Between attempts: doubled each time, less up to half by chance, never beyond max_pause.
  absl::Duration first_pause = absl::Seconds(5);
  absl::Duration max_pause = absl::Minutes(30);
  // With the pauses above, about three hours of trying.
  int max_attempts = 12;
  // So often the store is asked without being told: other servers write deliveries as well.
  absl::Duration poll_interval = absl::Seconds(1);
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_OPTIONS_H_
