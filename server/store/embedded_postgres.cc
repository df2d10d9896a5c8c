#include "server/store/embedded_postgres.h"

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/clock.h"
#include "common/directory_lock.h"
#include "server/store/child_process.h"
#include "server/store/cluster_directory.h"

namespace muster::store {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kPollInterval = absl::Milliseconds(10);
constexpr absl::Duration kOrphanPatience = absl::Seconds(30);
constexpr uintmax_t kMaxLogBytes = 16 * 1024 * 1024;

std::string QuotedConninfoValue(absl::string_view value) {
  return absl::StrCat("'", absl::StrReplaceAll(value, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

}  // namespace

class EmbeddedPostgres::Impl {
 public:
  Impl(EmbeddedPostgresOptions options, std::string bin_dir, std::optional<UserIds> user,
       DirectoryLock lock, SocketDirectory socket)
      : options_(std::move(options)),
        bin_dir_(std::move(bin_dir)),
        user_(user),
        lock_(std::move(lock)),
        socket_(std::move(socket)) {}
  ~Impl() {
    Stop().IgnoreError();
    std::error_code error;
    if (socket_.temporary) fs::remove_all(socket_.path, error);
  }

  absl::Status MakeCluster() const;
  absl::Status Start();
  absl::Status Stop();
  // Ended by itself, or did not come up when it was last started.
  bool HasEnded() const {
    return wanted_ && (server_ == nullptr || server_->Wait(absl::ZeroDuration()).has_value());
  }
  const std::string& socket_path() const { return socket_.path; }

 private:
  std::string data() const { return options_.directory + "/data"; }
  std::string log() const { return options_.directory + "/postgres.log"; }
  std::vector<std::string> Command() const;
  absl::Status RunTool(const std::vector<std::string>& command, absl::string_view what) const;
  absl::Status AwaitReady();

  const EmbeddedPostgresOptions options_;
  const std::string bin_dir_;
  const std::optional<UserIds> user_;
  const DirectoryLock lock_;
  const SocketDirectory socket_;
  std::unique_ptr<ChildProcess> server_;
  bool wanted_ = false;  // started, and not stopped since
};

absl::Status EmbeddedPostgres::Impl::RunTool(const std::vector<std::string>& command,
                                             absl::string_view what) const {
  auto tool = ChildProcess::Start({.command = command,
                                   .log_file = log(),
                                   .working_directory = options_.directory,
                                   .user = user_,
                                   .parent_death_signal = SIGKILL});
  if (!tool.ok()) return tool.status();
  const std::optional<int> ended = (*tool)->Wait(options_.start_timeout);
  if (ended == 0) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat(what, " failed; the end of ", log(), ":\n", LogTail(log())));
}

// In data.new, renamed once complete: a start that is cut off leaves nothing half done.
absl::Status EmbeddedPostgres::Impl::MakeCluster() const {
  std::error_code error;
  if (fs::exists(data() + "/PG_VERSION", error)) return absl::OkStatus();
  const std::string fresh = options_.directory + "/data.new";
  fs::remove_all(fresh, error);
  if (absl::Status status = RunTool(
          {bin_dir_ + "/initdb", "--pgdata=" + fresh, "--username=muster", "--encoding=UTF8",
           "--locale=C.UTF-8", "--auth-local=trust", "--auth-host=reject", "--no-instructions"},
          "making the database cluster");
      !status.ok()) {
    return status;
  }
  fs::rename(fresh, data(), error);
  if (error) {
    return absl::FailedPreconditionError(
        absl::StrCat("renaming ", fresh, " to ", data(), ": ", error.message()));
  }
  return absl::OkStatus();
}

std::vector<std::string> EmbeddedPostgres::Impl::Command() const {
  std::vector<std::pair<std::string, std::string>> settings = {
      {"listen_addresses", ""},
      {"unix_socket_directories", socket_.path},
      {"unix_socket_permissions", "0700"},
      {"max_connections", std::to_string(options_.max_connections)},
      {"shared_buffers", options_.shared_buffers},
      {"synchronous_commit", "on"},
      {"max_wal_size", options_.max_wal_size},
      {"checkpoint_timeout", "15min"},
      {"wal_compression", "on"},
      {"random_page_cost", "1.1"},
      {"jit", "off"},  // statements are short
      {"timezone", "UTC"},
      {"log_timezone", "UTC"},
  };
  settings.insert(settings.end(), options_.settings.begin(), options_.settings.end());
  std::vector<std::string> command = {bin_dir_ + "/postgres", "-D", data()};
  for (const auto& [name, value] : settings) {
    command.push_back("-c");
    command.push_back(absl::StrCat(name, "=", value));
  }
  return command;
}

absl::Status EmbeddedPostgres::Impl::Start() {
  wanted_ = true;
  if (absl::Status status = RecoverStalePidFile(data(), kOrphanPatience); !status.ok()) {
    return status;
  }
  std::error_code error;
  if (fs::file_size(log(), error) > kMaxLogBytes && !error) {
    fs::rename(log(), log() + ".1", error);
  }
  // SIGINT is PostgreSQL's fast shutdown.
  auto server = ChildProcess::Start({.command = Command(),
                                     .log_file = log(),
                                     .working_directory = options_.directory,
                                     .user = user_,
                                     .parent_death_signal = SIGINT});
  if (!server.ok()) return server.status();
  server_ = *std::move(server);
  return AwaitReady();
}

absl::Status EmbeddedPostgres::Impl::AwaitReady() {
  const absl::Time deadline = absl::Now() + options_.start_timeout;
  while (!IsReady(data(), server_->pid())) {
    const bool ended = server_->Wait(kPollInterval).has_value();
    if (!ended && absl::Now() < deadline) continue;
    server_.reset();
    return absl::UnavailableError(
        absl::StrCat("PostgreSQL ", ended ? "ended while it started" : "was not ready in time",
                     "; the end of ", log(), ":\n", LogTail(log())));
  }
  return absl::OkStatus();
}

absl::Status EmbeddedPostgres::Impl::Stop() {
  wanted_ = false;
  if (server_ == nullptr) return absl::OkStatus();
  server_->Signal(SIGINT);
  bool in_time = server_->Wait(options_.stop_timeout).has_value();
  if (!in_time) {
    server_->Signal(SIGQUIT);
    server_->Wait(absl::Seconds(10));
  }
  server_.reset();
  if (in_time) return absl::OkStatus();
  return absl::DeadlineExceededError(
      "PostgreSQL did not shut down in time and was made to quit: it recovers at its next start");
}

EmbeddedPostgres::EmbeddedPostgres(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EmbeddedPostgres::~EmbeddedPostgres() = default;

absl::StatusOr<std::unique_ptr<EmbeddedPostgres>> EmbeddedPostgres::Start(
    const EmbeddedPostgresOptions& given) {
  EmbeddedPostgresOptions options = given;
  std::error_code error;
  options.directory = fs::absolute(given.directory, error).lexically_normal().string();
  if (options.directory.ends_with('/')) options.directory.pop_back();
  auto bin_dir = FindPostgresBinaries(options.bin_dir);
  if (!bin_dir.ok()) return bin_dir.status();
  auto user = ClusterUser();
  if (!user.ok()) return user.status();
  if (absl::Status status = PrepareDirectory(options.directory, *user); !status.ok()) {
    return status;
  }
  auto lock = DirectoryLock::Take(options.directory);
  if (!lock.ok()) return lock.status();
  auto socket = MakeSocketDirectory(options.directory, *user);
  if (!socket.ok()) return socket.status();
  auto impl = std::make_unique<Impl>(std::move(options), *std::move(bin_dir), *user,
                                     *std::move(lock), *std::move(socket));
  if (absl::Status status = impl->MakeCluster(); !status.ok()) return status;
  if (absl::Status status = impl->Start(); !status.ok()) return status;
  return std::unique_ptr<EmbeddedPostgres>(new EmbeddedPostgres(std::move(impl)));
}

std::string EmbeddedPostgres::ConninfoFor(absl::string_view database) const {
  return absl::StrCat("host=", QuotedConninfoValue(impl_->socket_path()),
                      " user=muster dbname=", QuotedConninfoValue(database));
}

absl::Status EmbeddedPostgres::Stop() { return impl_->Stop(); }

absl::StatusOr<bool> EmbeddedPostgres::RestartIfEnded() {
  if (!impl_->HasEnded()) return false;
  if (absl::Status status = impl_->Start(); !status.ok()) return status;
  return true;
}

absl::Status EmbeddedPostgres::Restart() {
  if (absl::Status status = impl_->Stop(); !status.ok()) return status;
  return impl_->Start();
}

}  // namespace muster::store
