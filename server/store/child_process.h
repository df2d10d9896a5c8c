// A child process that does not outlive its parent, run as another user where asked.
#ifndef MUSTER_SERVER_STORE_CHILD_PROCESS_H_
#define MUSTER_SERVER_STORE_CHILD_PROCESS_H_

#include <sys/types.h>

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace muster::store {

struct UserIds {
  uid_t uid;
  gid_t gid;
};

struct ChildOptions {
  std::vector<std::string> command;  // the program's path, then its arguments
  std::string log_file;              // its standard output and error are appended here
  std::string working_directory;
  std::optional<UserIds> user;  // empty: the caller's
  int parent_death_signal = 0;  // sent to it when this process ends, however it ends
};

// Thread-safe. Linux ties a parent-death signal to the *thread* that forked (prctl(2),
// PR_SET_PDEATHSIG), and clears it where credentials change; so each child has a thread of its own
// here that forks and then waits for it, and the child asks for the signal after it has become its
// user.
class ChildProcess {
 public:
  // Waits until the child is forked. INTERNAL where it cannot be.
  static absl::StatusOr<std::unique_ptr<ChildProcess>> Start(ChildOptions options);
  // Kills it if it still runs.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  void Signal(int signal);
  // Waits for its end; empty if that does not come in time. The answer is as waitpid(2) gives it.
  // Exit code 127: it could not be executed.
  std::optional<int> Wait(absl::Duration timeout);

 private:
  ChildProcess() = default;
  void Keep(const ChildOptions& options);

  pid_t pid_ = -1;
  absl::Mutex mutex_;
  bool forked_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<int> ended_ ABSL_GUARDED_BY(mutex_);
  std::thread keeper_;
};

}  // namespace muster::store

#endif  // MUSTER_SERVER_STORE_CHILD_PROCESS_H_
