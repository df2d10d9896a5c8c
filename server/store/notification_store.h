// notification::Store on PostgreSQL, and the channels.
#ifndef MUSTER_SERVER_STORE_NOTIFICATION_STORE_H_
#define MUSTER_SERVER_STORE_NOTIFICATION_STORE_H_

#include <string>
#include <vector>

#include "muster/v1/campaign.pb.h"
#include "server/notification/channels.h"
#include "server/notification/store.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe.
class NotificationStore : public notification::Store, public notification::Channels {
 public:
  // `database` must outlive the store.
  explicit NotificationStore(Database* database) : database_(database) {}

  absl::StatusOr<std::vector<notification::Delivery>> TakeDue(absl::Time now, absl::Duration lease,
                                                              int limit) override;
  absl::Status MarkSent(int64_t id, absl::Time now) override;
  absl::Status MarkFailed(int64_t id, const std::string& error, absl::Time next_try) override;
  absl::Status MarkGivenUp(int64_t id, const std::string& error, absl::Time now) override;

  absl::Status PutChannel(const notification::Channel& channel, const std::string& by,
                          absl::Time now) override;
  absl::StatusOr<std::vector<v1::NotificationChannel>> ListChannels() override;
  absl::Status DeleteChannel(const std::string& id) override;

 private:
  absl::Status Mark(const char* statement, int64_t id, const std::string& error, absl::Time time);

  Database* const database_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_NOTIFICATION_STORE_H_
