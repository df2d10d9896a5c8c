// The pool from within server/store, where libpqxx may be seen.
#ifndef MUSTER_SERVER_STORE_DATABASE_INTERNAL_H_
#define MUSTER_SERVER_STORE_DATABASE_INTERNAL_H_

#include <memory>
#include <pqxx/pqxx>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/store/database.h"
#include "server/store/status_internal.h"

namespace muster::store {

// Not of connection_base: its destructor is not virtual.
using ConnectionPtr = std::unique_ptr<pqxx::connection>;

// Thread-safe.
class Database::Pool {
 public:
  explicit Pool(const DatabaseOptions& options);

  // Waits until one is free. A connection that the server has closed meanwhile is not handed out.
  absl::StatusOr<std::unique_ptr<Lease>> Acquire();
  // Null: the connection was dropped.
  void GiveBack(ConnectionPtr connection);
  // How a piece of work ended.
  void Count(const absl::Status& status);
  DatabaseCounts counts() const;

 private:
  absl::StatusOr<ConnectionPtr> Connect() const;

  const std::string conninfo_;
  const int size_;
  mutable absl::Mutex mutex_;
  std::vector<ConnectionPtr> idle_ ABSL_GUARDED_BY(mutex_);
  int in_use_ ABSL_GUARDED_BY(mutex_) = 0;
  DatabaseCounts counts_ ABSL_GUARDED_BY(mutex_);
};

// One thread at a time.
class Database::Lease {
 public:
  Lease(Pool* pool, ConnectionPtr connection) : pool_(pool), connection_(std::move(connection)) {}
  ~Lease() { pool_->GiveBack(std::move(connection_)); }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;

  pqxx::connection_base& connection() { return *connection_; }
  void Count(const absl::Status& status) { pool_->Count(status); }
  // After UNAVAILABLE: the connection does not go back to the pool.
  void MarkBroken() { broken_ = std::move(connection_); }

 private:
  Pool* const pool_;
  ConnectionPtr connection_;
  ConnectionPtr broken_;  // closed last, since a transaction may still hold it
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_DATABASE_INTERNAL_H_
