// A bounded pool of PostgreSQL connections, and transactions on them.
#ifndef MUSTER_SERVER_STORE_DATABASE_H_
#define MUSTER_SERVER_STORE_DATABASE_H_

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace pqxx {
class transaction_base;
}

namespace muster::store {

struct DatabaseOptions {
  std::string conninfo;  // as libpq takes it
  int pool_size = 8;     // connections at most; each is used by one thread at a time
  absl::Duration connect_timeout = absl::Seconds(5);
};

// What the pool has seen since it was opened.
struct DatabaseCounts {
  int64_t transactions = 0;
  // Of transactions and attempts to connect: UNAVAILABLE, RESOURCE_EXHAUSTED, ABORTED, INTERNAL.
  std::map<absl::StatusCode, int64_t> errors;
  int connections_in_use = 0;
  int max_connections = 0;
};

// Thread-safe; must outlive what was made on it. A connection that broke is replaced at its next
// use.
class Database {
 public:
  // Connects, and migrates the schema (under a lock, so that servers may start together).
  // UNAVAILABLE where the database cannot be reached; FAILED_PRECONDITION where its schema is newer
  // than this program, or a migration was changed after it was applied: the message says what to
  // do.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const DatabaseOptions& options);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A connection for as long as it lives (database_internal.h); waits for a free one. UNAVAILABLE.
  class Lease;
  absl::StatusOr<std::unique_ptr<Lease>> Acquire();

  // Runs `work` in one transaction, committed where it answers OK. What libpqxx throws becomes a
  // status: broken connection UNAVAILABLE, full disk RESOURCE_EXHAUSTED, serialization failure or
  // deadlock ABORTED, the rest INTERNAL. `what` names the work in messages, and in traces, where it
  // is a span below the thread's current one: a constant.
  absl::Status Run(absl::string_view what,
                   const std::function<absl::Status(pqxx::transaction_base&)>& work);

  DatabaseCounts counts() const;

 private:
  class Pool;
  absl::Status RunLeased(absl::string_view what,
                         const std::function<absl::Status(pqxx::transaction_base&)>& work);
  explicit Database(std::unique_ptr<Pool> pool);
  std::unique_ptr<Pool> pool_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_DATABASE_H_
