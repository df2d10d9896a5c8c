#include "server/store/database.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/trace/conventions.h"
#include "server/store/database_internal.h"
#include "server/store/migrations_internal.h"

namespace muster::store {
namespace {

// A server that closed an idle connection has made its socket readable.
bool IsAlive(const pqxx::connection_base& connection) {
  if (!connection.is_open()) return false;
  pollfd socket{connection.sock(), POLLIN, 0};
  return poll(&socket, 1, 0) == 0;
}

}  // namespace

Database::Pool::Pool(const DatabaseOptions& options)
    : conninfo_(absl::StrCat(options.conninfo, " connect_timeout=",
                             std::max<int64_t>(1, absl::ToInt64Seconds(options.connect_timeout)))),
      size_(std::max(1, options.pool_size)) {}

absl::StatusOr<ConnectionPtr> Database::Pool::Connect() const {
  const auto connect = [this]() -> absl::StatusOr<ConnectionPtr> {
    return ConnectionPtr(std::make_unique<pqxx::connection>(conninfo_));
  };
  return Guarded("connecting to the database", connect);
}

absl::StatusOr<std::unique_ptr<Database::Lease>> Database::Pool::Acquire() {
  {
    absl::MutexLock lock(&mutex_);
    const auto free = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return in_use_ < size_; };
    mutex_.Await(absl::Condition(&free));
    ++in_use_;
    ++counts_.transactions;
    while (!idle_.empty()) {
      ConnectionPtr connection = std::move(idle_.back());
      idle_.pop_back();
      if (IsAlive(*connection)) return std::make_unique<Lease>(this, std::move(connection));
    }
  }
  absl::StatusOr<ConnectionPtr> connection = Connect();
  if (!connection.ok()) {
    Count(connection.status());
    GiveBack(nullptr);
    return connection.status();
  }
  return std::make_unique<Lease>(this, *std::move(connection));
}

void Database::Pool::GiveBack(ConnectionPtr connection) {
  absl::MutexLock lock(&mutex_);
  --in_use_;
  if (connection != nullptr) idle_.push_back(std::move(connection));
}

void Database::Pool::Count(const absl::Status& status) {
  if (!absl::IsUnavailable(status) && !absl::IsResourceExhausted(status) &&
      !absl::IsAborted(status) && !absl::IsInternal(status)) {
    return;
  }
  absl::MutexLock lock(&mutex_);
  ++counts_.errors[status.code()];
}

DatabaseCounts Database::Pool::counts() const {
  absl::MutexLock lock(&mutex_);
  DatabaseCounts counts = counts_;
  counts.connections_in_use = in_use_;
  counts.max_connections = size_;
  return counts;
}

Database::Database(std::unique_ptr<Pool> pool) : pool_(std::move(pool)) {}
Database::~Database() = default;

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options) {
  auto pool = std::make_unique<Pool>(options);
  {
    auto lease = pool->Acquire();
    if (!lease.ok()) return lease.status();
    const absl::Status status = Guarded("migrating the database's schema", [&] {
      return Migrate((*lease)->connection(), EmbeddedMigrations());
    });
    if (!status.ok()) {
      (*lease)->MarkBroken();
      return status;
    }
  }
  return std::unique_ptr<Database>(new Database(std::move(pool)));
}

absl::StatusOr<std::unique_ptr<Database::Lease>> Database::Acquire() { return pool_->Acquire(); }

absl::Status Database::Run(absl::string_view what,
                           const std::function<absl::Status(pqxx::transaction_base&)>& work) {
  trace::Span span = trace::StartDatabaseSpan(what);
  const absl::Status status = RunLeased(what, work);
  trace::SetDatabaseStatus(status.code(), span);
  return status;
}

absl::Status Database::RunLeased(absl::string_view what,
                                 const std::function<absl::Status(pqxx::transaction_base&)>& work) {
  auto lease = Acquire();
  if (!lease.ok()) return lease.status();
  const absl::Status status = Guarded(what, [&]() -> absl::Status {
    pqxx::work transaction((*lease)->connection());
    if (absl::Status done = work(transaction); !done.ok()) return done;
    transaction.commit();
    return absl::OkStatus();
  });
  (*lease)->Count(status);
  if (absl::IsUnavailable(status)) (*lease)->MarkBroken();
  return status;
}

DatabaseCounts Database::counts() const { return pool_->counts(); }

}  // namespace muster::store
