// What Muster's own health needs of a database. server/store implements it.
#ifndef MUSTER_SERVER_HEALTH_STORE_H_
#define MUSTER_SERVER_HEALTH_STORE_H_

#include <map>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "muster/v1/campaign.pb.h"
#include "muster/v1/overview.pb.h"

namespace muster::health {

// What campaigns have come to, counted over all servers.
struct Tally {
  std::map<v1::Campaign::State, int64_t> campaigns;
  std::map<v1::OrderStatus::State, int64_t> orders;
  int64_t waiting_notifications = 0;
  absl::Duration round_trip;  // of an empty statement
};

// Thread-safe. Errors as inventory::Transaction's.
class Store {
 public:
  virtual ~Store() = default;

  // This server is at work, and says so; rows that a day has not seen go.
  virtual absl::Status PutServer(const v1::Health::Server& server, absl::Time now) = 0;
  virtual absl::Status RemoveServer(const std::string& id) = 0;
  // Servers, the database, what waits to be sent, and the checks that are made of rows. `now` is
  // this server's clock.
  virtual absl::StatusOr<v1::Health> Read(absl::Time now) = 0;
  virtual absl::StatusOr<Tally> Count() = 0;
};

}  // namespace muster::health

#endif  // MUSTER_SERVER_HEALTH_STORE_H_
