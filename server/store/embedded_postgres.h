// A private PostgreSQL cluster in a directory, for `--embedded-postgres DIR` and for tests.
//
// The directory holds data/ (the cluster), run/ (its socket), postgres.log and muster.lock. There
// is no TCP: who may enter the directory (its mode is 0700) may use the database. PostgreSQL
// refuses to run as root, so a program that is root runs it as the user `postgres`, to whom the
// directory is then given.
#ifndef MUSTER_SERVER_STORE_EMBEDDED_POSTGRES_H_
#define MUSTER_SERVER_STORE_EMBEDDED_POSTGRES_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace muster::store {

struct EmbeddedPostgresOptions {
  std::string directory;  // made if absent; its parents must be there
  std::string bin_dir =
      {};  // of initdb and postgres; empty: PATH's, else the newest under /usr/lib/postgresql
  std::string shared_buffers = "256MB";
  std::string max_wal_size = "4GB";  // bulk ingest with few checkpoints
  int max_connections = 100;
  // More settings by name; they win over those above. synchronous_commit stays on unless one says
  // otherwise: an acknowledgement means durable.
  std::vector<std::pair<std::string, std::string>> settings = {};
  // For what a crash left to replay.
  absl::Duration start_timeout = absl::Minutes(2);
  // For a fast shutdown; after it the server is made to quit at once, and replays its log at the
  // next start.
  absl::Duration stop_timeout = absl::Seconds(60);
};

// Not thread-safe, except conninfo().
class EmbeddedPostgres {
 public:
  // Makes the cluster on first use, and starts it. Waits while a server that lost its parent is
  // still shutting down. FAILED_PRECONDITION where another server has the directory, or the user
  // `postgres` cannot reach it; NOT_FOUND where PostgreSQL is not installed; UNAVAILABLE where it
  // does not start: the message holds what it logged last.
  static absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> Start(
      const EmbeddedPostgresOptions& options);
  // Stops it: connections are ended, what is committed stays.
  ~EmbeddedPostgres();

  // For DatabaseOptions: the cluster's one database.
  std::string conninfo() const { return ConninfoFor("postgres"); }
  // The same, for a database that was made beside it.
  std::string ConninfoFor(absl::string_view database) const;

  // Stops and starts the server, as a crash of the host or an upgrade would.
  absl::Status Stop();
  absl::Status Restart();
  // Starts the server again where it ended without being asked to. True: it had, and runs again.
  absl::StatusOr<bool> RestartIfEnded();

 private:
  class Impl;
  explicit EmbeddedPostgres(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_EMBEDDED_POSTGRES_H_
