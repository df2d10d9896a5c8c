// What notifications need of a database: the deliveries that wait, and what became of them.
// server/store implements it.
#ifndef MUSTER_SERVER_NOTIFICATION_STORE_H_
#define MUSTER_SERVER_NOTIFICATION_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace muster::notification {

// Where a notification goes.
struct Channel {
  enum class Kind { kWebhook, kEmail };

  std::string id;
  Kind kind = Kind::kWebhook;
  std::string address;  // a webhook's URL, or a mail address; CheckChannel says what is allowed
  std::string secret;   // a webhook's HMAC key; empty: what is sent there is not signed
};

// One event on its way to one channel.
struct Delivery {
  int64_t id = 0;       // never used again for another delivery: receivers drop duplicates by it
  std::string event;    // "campaign.paused"
  std::string subject;  // a mail's
  std::string text;     // a mail's, UTF-8
  std::string json;     // a webhook's body
  Channel channel;
  int attempts = 0;       // how many ended in MarkFailed
  absl::Time created_at;  // stands in the mail's Date
};

// Thread-safe. The three Mark functions fail with NOT_FOUND where the delivery is gone (its channel
// was deleted meanwhile); whatever else they fail with, they are called again.
class Store {
 public:
  virtual ~Store() = default;

  // Deliveries that are due at `now`, at most `limit`; they are not handed out again before
  // `now + lease`.
  virtual absl::StatusOr<std::vector<Delivery>> TakeDue(absl::Time now, absl::Duration lease,
                                                        int limit) = 0;
  virtual absl::Status MarkSent(int64_t id, absl::Time now) = 0;
  // Counts an attempt; the delivery is due again at `next_try`. `error` is printable ASCII, a few
  // hundred bytes at most.
  virtual absl::Status MarkFailed(int64_t id, const std::string& error, absl::Time next_try) = 0;
  // It is not due again.
  virtual absl::Status MarkGivenUp(int64_t id, const std::string& error, absl::Time now) = 0;
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_STORE_H_
