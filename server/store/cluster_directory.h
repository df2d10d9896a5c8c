// What an embedded cluster needs of the file system before it can start.
#ifndef MUSTER_SERVER_STORE_CLUSTER_DIRECTORY_H_
#define MUSTER_SERVER_STORE_CLUSTER_DIRECTORY_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/store/child_process.h"

namespace muster::store {

// Whom PostgreSQL runs as: empty for the caller, the user `postgres` where the caller is root.
// FAILED_PRECONDITION where there is no such user.
absl::StatusOr<std::optional<UserIds>> ClusterUser();

// The directory of `initdb` and `postgres`: `wanted`, else PATH's, else the newest under
// /usr/lib/postgresql. NOT_FOUND.
absl::StatusOr<std::string> FindPostgresBinaries(const std::string& wanted);

// Makes `directory` if absent, for `user` alone (mode 0700). FAILED_PRECONDITION where it cannot be
// made, or a directory above it does not let `user` pass.
absl::Status PrepareDirectory(const std::string& directory, const std::optional<UserIds>& user,
                              bool for_sockets = false);

// Clears away what a server that did not shut down left behind. Waits for a server of this cluster
// that still runs (it lost its parent and is shutting down); FAILED_PRECONDITION where it does not
// end in time.
absl::Status RecoverStalePidFile(const std::string& data_directory, absl::Duration patience);

// True once the server of process `pid` takes connections: line 8 of its postmaster.pid (pidfile.h
// of PostgreSQL).
bool IsReady(const std::string& data_directory, pid_t pid);

// Where the socket lies: directory/run, or a fresh temporary directory where that name is too long
// for a socket (sun_path has 108 bytes).
struct SocketDirectory {
  std::string path;
  bool temporary = false;
};
absl::StatusOr<SocketDirectory> MakeSocketDirectory(const std::string& directory,
                                                    const std::optional<UserIds>& user);

// The end of a log, for a message.
std::string LogTail(const std::string& log_file, size_t max_bytes = 1'500);

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_CLUSTER_DIRECTORY_H_
