#include "server/store/child_process.h"

#include <fcntl.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "absl/strings/str_cat.h"

namespace muster::store {
namespace {

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void BecomeChild(const ChildOptions& options, char* const* arguments, int log,
                              pid_t parent) {
  constexpr int kCannotExecute = 127;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  setsid();  // Ctrl-C at a terminal is for the parent, which then stops this one in order
  const int null = open("/dev/null", O_RDONLY);
  if (null < 0 || dup2(null, 0) < 0 || dup2(log, 1) < 0 || dup2(log, 2) < 0) {
    _exit(kCannotExecute);
  }
  if (options.user && (setgroups(0, nullptr) != 0 || setgid(options.user->gid) != 0 ||
                       setuid(options.user->uid) != 0)) {
    _exit(kCannotExecute);
  }
  if (options.parent_death_signal != 0) {
    prctl(PR_SET_PDEATHSIG, options.parent_death_signal);
    if (getppid() != parent) _exit(kCannotExecute);  // it died before the line above
  }
  if (chdir(options.working_directory.c_str()) != 0) _exit(kCannotExecute);
  execv(arguments[0], arguments);
  _exit(kCannotExecute);
}

}  // namespace

absl::StatusOr<std::unique_ptr<ChildProcess>> ChildProcess::Start(ChildOptions options) {
  const std::string program = options.command.front();
  std::unique_ptr<ChildProcess> child(new ChildProcess);
  child->keeper_ =
      std::thread([self = child.get(), options = std::move(options)] { self->Keep(options); });
  absl::MutexLock lock(&child->mutex_);
  child->mutex_.Await(absl::Condition(&child->forked_));
  if (child->pid_ < 0) return absl::InternalError(absl::StrCat("starting ", program, " failed"));
  return child;
}

void ChildProcess::Keep(const ChildOptions& options) {
  std::vector<char*> arguments;
  for (const std::string& argument : options.command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const int log = open(options.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const pid_t parent = getpid();
  const pid_t pid = log < 0 ? -1 : fork();
  if (pid == 0) BecomeChild(options, arguments.data(), log, parent);
  if (log >= 0) close(log);
  {
    absl::MutexLock lock(&mutex_);
    pid_ = pid;
    forked_ = true;
    if (pid < 0) ended_ = -1;
  }
  if (pid < 0) return;
  int status = 0;
  // Leaves the zombie, so that the pid stays this child's until ended_ says that it ended.
  siginfo_t info;
  while (waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR) {
  }
  absl::MutexLock lock(&mutex_);
  while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  ended_ = status;
}

ChildProcess::~ChildProcess() {
  Signal(SIGKILL);
  if (keeper_.joinable()) keeper_.join();
}

void ChildProcess::Signal(int signal) {
  absl::MutexLock lock(&mutex_);
  if (!ended_ && pid_ > 0) kill(pid_, signal);
}

std::optional<int> ChildProcess::Wait(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ended_.has_value(); };
  mutex_.AwaitWithTimeout(absl::Condition(&ended), timeout);
  return ended_;
}

}  // namespace muster::store
