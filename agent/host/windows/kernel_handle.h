// A handle that CloseHandle closes and that is null where it is none: of processes, tokens,
// mutexes.
#ifndef MUSTER_AGENT_HOST_WINDOWS_KERNEL_HANDLE_H_
#define MUSTER_AGENT_HOST_WINDOWS_KERNEL_HANDLE_H_

#include <windows.h>

#include <utility>

namespace muster::host {

// Owns it. Moves, does not copy.
class KernelHandle {
 public:
  explicit KernelHandle(HANDLE handle) : handle_(handle) {}
  KernelHandle(KernelHandle&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  KernelHandle& operator=(KernelHandle&&) = delete;
  ~KernelHandle() {
    if (valid()) CloseHandle(handle_);
  }

  bool valid() const { return handle_ != nullptr; }
  HANDLE get() const { return handle_; }

 private:
  HANDLE handle_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_KERNEL_HANDLE_H_
