// Where notifications go, as operators keep it. server/store implements it.
#ifndef MUSTER_SERVER_NOTIFICATION_CHANNELS_H_
#define MUSTER_SERVER_NOTIFICATION_CHANNELS_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "muster/v1/campaign.pb.h"
#include "server/notification/store.h"

namespace muster::notification {

// Thread-safe.
class Channels {
 public:
  virtual ~Channels() = default;

  virtual absl::Status PutChannel(const Channel& channel, const std::string& by,
                                  absl::Time now) = 0;
  // Without secrets.
  virtual absl::StatusOr<std::vector<v1::NotificationChannel>> ListChannels() = 0;
  // With what still waits for it. NOT_FOUND.
  virtual absl::Status DeleteChannel(const std::string& id) = 0;
};

}  // namespace muster::notification

#endif  // MUSTER_SERVER_NOTIFICATION_CHANNELS_H_
