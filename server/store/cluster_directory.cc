#include "server/store/cluster_directory.h"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/time/clock.h"

namespace muster::store {
namespace {

namespace fs = std::filesystem;

// "/.s.PGSQL.5432" and the terminating NUL within sun_path's 108 bytes.
constexpr size_t kMaxSocketDirectory = 108 - 15;

bool HasPrograms(const fs::path& directory) {
  return access((directory / "initdb").c_str(), X_OK) == 0 &&
         access((directory / "postgres").c_str(), X_OK) == 0;
}

bool MayPass(const struct stat& directory, const UserIds& user) {
  if (directory.st_uid == user.uid) return (directory.st_mode & S_IXUSR) != 0;
  if (directory.st_gid == user.gid) return (directory.st_mode & S_IXGRP) != 0;
  return (directory.st_mode & S_IXOTH) != 0;
}

absl::Status CheckParents(const fs::path& directory, const UserIds& user) {
  for (fs::path parent = directory.parent_path();; parent = parent.parent_path()) {
    struct stat status;
    if (stat(parent.c_str(), &status) != 0 || !MayPass(status, user)) {
      return absl::FailedPreconditionError(absl::StrCat(
          "the user postgres, whom PostgreSQL runs as when the caller is root, cannot pass ",
          parent.string(), " on the way to ", directory.string(),
          ": choose a directory elsewhere, "
          "or allow it with chmod o+x ",
          parent.string()));
    }
    if (parent == parent.root_path()) return absl::OkStatus();
  }
}

std::vector<std::string> ReadLines(const std::string& file) {
  std::ifstream stream(file);
  std::vector<std::string> lines;
  for (std::string line; lines.size() < 16 && std::getline(stream, line);) lines.push_back(line);
  return lines;
}

// A server works in its data directory; a number alone may by now be another process's.
bool ServesCluster(pid_t pid, const std::string& data_directory) {
  std::error_code error;
  const fs::path process = absl::StrCat("/proc/", pid);
  const std::string program = fs::read_symlink(process / "exe", error).filename().string();
  return !error && program.starts_with("postgres") &&
         fs::equivalent(process / "cwd", data_directory, error) && !error;
}

absl::Status Failed(absl::string_view what, const std::string& path) {
  return absl::FailedPreconditionError(absl::StrCat(what, " ", path, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::optional<UserIds>> ClusterUser() {
  if (geteuid() != 0) return std::nullopt;
  const passwd* user = getpwnam("postgres");
  if (user == nullptr) {
    return absl::FailedPreconditionError(
        "PostgreSQL refuses to run as root and there is no user postgres to run it as: install "
        "the postgresql package, or start muster-server as an ordinary user");
  }
  return UserIds{user->pw_uid, user->pw_gid};
}

absl::StatusOr<std::string> FindPostgresBinaries(const std::string& wanted) {
  if (!wanted.empty()) {
    if (HasPrograms(wanted)) return wanted;
    return absl::NotFoundError(absl::StrCat("no initdb and postgres in ", wanted));
  }
  const char* path = std::getenv("PATH");
  for (absl::string_view entry : absl::StrSplit(path == nullptr ? "" : path, ':')) {
    if (!entry.empty() && HasPrograms(std::string(entry))) return std::string(entry);
  }
  std::pair<int, std::string> newest{0, ""};
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
    int version = 0;
    const fs::path programs = entry.path() / "bin";
    if (absl::SimpleAtoi(entry.path().filename().string(), &version) && HasPrograms(programs)) {
      newest = std::max(newest, {version, programs.string()});
    }
  }
  if (newest.first > 0) return newest.second;
  return absl::NotFoundError(
      "PostgreSQL's initdb and postgres were not found in PATH or /usr/lib/postgresql: install "
      "the postgresql package, or give a database with --postgres");
}

absl::Status PrepareDirectory(const std::string& directory, const std::optional<UserIds>& user,
                              bool for_sockets) {
  if (mkdir(directory.c_str(), 0700) != 0 && errno != EEXIST) return Failed("making", directory);
  struct stat status;
  if (stat(directory.c_str(), &status) != 0) return Failed("looking at", directory);
  if (!S_ISDIR(status.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(directory, " is not a directory"));
  }
  // Whoever names the wrong folder must not lose it. A folder for sockets may hold a stale one.
  std::error_code error;
  const std::filesystem::path path(directory);
  if (!for_sockets && !std::filesystem::is_empty(path, error) &&
      !std::filesystem::exists(path / "muster.lock", error) &&
      !std::filesystem::exists(path / "data" / "PG_VERSION", error)) {
    return absl::FailedPreconditionError(absl::StrCat(
        directory,
        " holds other things than a cluster of Muster's: name a folder that is new or empty"));
  }
  if (chmod(directory.c_str(), 0700) != 0) return Failed("setting the mode of", directory);
  if (!user) return absl::OkStatus();
  if (chown(directory.c_str(), user->uid, user->gid) != 0) return Failed("giving away", directory);
  return CheckParents(directory, *user);
}

absl::Status RecoverStalePidFile(const std::string& data_directory, absl::Duration patience) {
  const std::string path = absl::StrCat(data_directory, "/postmaster.pid");
  const absl::Time deadline = absl::Now() + patience;
  for (;;) {
    const std::vector<std::string> lines = ReadLines(path);
    pid_t pid = 0;
    if (lines.empty() || !absl::SimpleAtoi(lines[0], &pid) || pid <= 0 ||
        !ServesCluster(pid, data_directory)) {
      break;
    }
    if (absl::Now() > deadline) {
      return absl::FailedPreconditionError(absl::StrCat("a PostgreSQL server (process ", pid,
                                                        ") is still running on ", data_directory,
                                                        ": stop it with kill -INT ", pid));
    }
    absl::SleepFor(absl::Milliseconds(20));
  }
  // Whoever wrote it is gone. PostgreSQL itself would refuse where its number now belongs to
  // another process.
  std::error_code error;
  fs::remove(path, error);
  return absl::OkStatus();
}

bool IsReady(const std::string& data_directory, pid_t pid) {
  const std::vector<std::string> lines = ReadLines(absl::StrCat(data_directory, "/postmaster.pid"));
  return lines.size() >= 8 && lines[0] == std::to_string(pid) && lines[7].starts_with("ready");
}

absl::StatusOr<SocketDirectory> MakeSocketDirectory(const std::string& directory,
                                                    const std::optional<UserIds>& user) {
  SocketDirectory socket{absl::StrCat(directory, "/run"), false};
  if (socket.path.size() > kMaxSocketDirectory) {
    std::string pattern = (fs::temp_directory_path() / "muster-socket-XXXXXX").string();
    if (pattern.size() > kMaxSocketDirectory) pattern = "/tmp/muster-socket-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) return Failed("making", pattern);
    socket = {pattern, true};
  }
  if (absl::Status status = PrepareDirectory(socket.path, user, /*for_sockets=*/true); !status.ok())
    return status;
  return socket;
}

std::string LogTail(const std::string& log_file, size_t max_bytes) {
  std::ifstream stream(log_file, std::ios::binary | std::ios::ate);
  if (!stream) return "";
  const auto size = static_cast<size_t>(stream.tellg());
  stream.seekg(static_cast<std::streamoff>(size - std::min(size, max_bytes)));
  std::ostringstream tail;
  tail << stream.rdbuf();
  return tail.str();
}

}  // namespace muster::store
