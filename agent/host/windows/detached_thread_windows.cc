#include <windows.h>

#include <memory>
#include <utility>

#include "agent/host/windows/detached_thread.h"

namespace muster::host {
namespace {

using Body = std::function<void()>;

DWORD WINAPI RunBody(void* parameter) {
  const std::unique_ptr<Body> body(static_cast<Body*>(parameter));
  (*body)();
  return 0;
}

}  // namespace

bool StartDetachedThread(Body body) {
  auto owned = std::make_unique<Body>(std::move(body));
  const HANDLE thread = CreateThread(nullptr, 0, RunBody, owned.get(), 0, nullptr);
  if (thread == nullptr) return false;
  owned.release();  // RunBody's
  CloseHandle(thread);
  return true;
}

}  // namespace muster::host
