// The running Windows that this program is on, as something that can be made to act.
#ifndef MUSTER_AGENT_HOST_WINDOWS_WINDOWS_CONTROL_H_
#define MUSTER_AGENT_HOST_WINDOWS_WINDOWS_CONTROL_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "agent/host/control.h"

namespace muster::host {

class KernelHandle;

// Windows' folder of programs, as a program of this bitness reaches the one that fits Windows:
// "C:\Windows\System32", or "C:\Windows\Sysnative" for 32 bits on 64-bit Windows. "" where Windows
// does not say.
std::string SystemFolder();

// Thread-safe. May go while what it started runs: another then waits for it.
class WindowsControl final : public Control {
 public:
  // Programs are started from this folder and from nowhere else.
  explicit WindowsControl(std::string system_folder = SystemFolder());
  ~WindowsControl() override;

  Readiness Look() override;
  // INVALID_ARGUMENT for arguments that do not fit a command line.
  absl::StatusOr<ProcessId> Start(const Command& command) override;
  // The code of a process that this object started is known also if it ended long before; that of
  // another's is lost with it.
  ProcessEnd Await(const ProcessId& process, absl::Duration limit) override;
  absl::StatusOr<std::string> Boot() override;
  absl::Status Restart(absl::Duration notice, const std::string& message) override;

 private:
  // While a handle is open, Windows keeps the exit code, and the number for nobody else.
  struct Child {
    std::shared_ptr<const KernelHandle> handle;
    bool told = false;  // how it ended: forgotten with the next start
  };
  using Key = std::pair<uint32_t, uint64_t>;

  void Keep(const ProcessId& process, std::shared_ptr<const KernelHandle> handle);
  // Null where there is no such process.
  std::shared_ptr<const KernelHandle> Find(const ProcessId& process);

  const std::string system_folder_;
  absl::Mutex mutex_;
  std::map<Key, Child> children_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_WINDOWS_CONTROL_H_
