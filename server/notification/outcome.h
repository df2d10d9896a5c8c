// What an attempt came to, judged by the receiver's answer. Pure functions.
#ifndef MUSTER_SERVER_NOTIFICATION_OUTCOME_H_
#define MUSTER_SERVER_NOTIFICATION_OUTCOME_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::notification {

struct Outcome {
  enum class Kind {
    kSent,
    kRetry,   // it may go better later
    kGiveUp,  // the same request would be refused again
    kAborted  // the sender stopped; nothing is known of the receiver
  };

  Kind kind = Kind::kRetry;
  std::string error;  // printable ASCII; empty for kSent
  // How long the receiver asks to be left alone.
  absl::Duration retry_after;
};

// 2xx is sent; 4xx gives up, but for 408 and 429; everything else is tried again.
Outcome JudgeHttp(int code, absl::string_view body, absl::Duration retry_after);

// Of a transaction that failed with this reply line, such as "550 5.1.1 No such user". A refusal
// of the recipient or the message gives up; of the session (login, TLS, load) does not.
Outcome JudgeSmtp(int code, absl::string_view reply);

// The first line of what a stranger wrote, at most 200 bytes; what is not printable ASCII becomes
// '?'.
std::string PrintableLine(absl::string_view text);

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_OUTCOME_H_
