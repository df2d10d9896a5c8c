#include "agent/host/windows/windows_host.h"
#include "agent/host/windows/windows_system.h"
#include "agent/main/installation.h"

namespace muster::agent {

absl::StatusOr<Installation> OpenInstallation(const std::string& image) {
  if (image.empty()) {
    return Installation{"this machine", std::make_unique<host::WindowsHost>(),
                        std::make_unique<host::WindowsSystem>()};
  }
  auto host = host::WindowsHost::OpenVolume(image);
  if (!host.ok()) return host.status();
  return Installation{image, *std::move(host), nullptr};
}

bool RunsOnWindows() { return true; }

}  // namespace muster::agent
