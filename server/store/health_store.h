// health::Store on PostgreSQL.
#ifndef MUSTER_SERVER_STORE_HEALTH_STORE_H_
#define MUSTER_SERVER_STORE_HEALTH_STORE_H_

#include <string>

#include "server/health/store.h"
#include "server/store/database.h"

namespace muster::store {

// Thread-safe.
class HealthStore : public health::Store {
 public:
  // `database` must outlive the store.
  explicit HealthStore(Database* database) : database_(database) {}

  absl::Status PutServer(const v1::Health::Server& server, absl::Time now) override;
  absl::Status RemoveServer(const std::string& id) override;
  absl::StatusOr<v1::Health> Read(absl::Time now) override;
  absl::StatusOr<health::Tally> Count() override;

 private:
  Database* const database_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_HEALTH_STORE_H_
