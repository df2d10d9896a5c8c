#include <system_error>
#include <thread>
#include <utility>

#include "agent/host/windows/detached_thread.h"

namespace muster::host {

bool StartDetachedThread(std::function<void()> body) {
  try {
    std::thread(std::move(body)).detach();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

}  // namespace muster::host
