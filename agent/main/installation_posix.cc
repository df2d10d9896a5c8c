#include "absl/status/status.h"
#include "agent/host/image/image_host.h"
#include "agent/main/installation.h"

namespace muster::agent {

absl::StatusOr<Installation> OpenInstallation(const std::string& image) {
  if (image.empty()) {
    return absl::FailedPreconditionError(
        "this system is no Windows: name the root of a Windows volume with --image DIR");
  }
  auto host = host::ImageHost::OpenVolume(image);
  if (!host.ok()) return host.status();
  return Installation{image, *std::move(host), nullptr, nullptr, nullptr, nullptr};
}

absl::StatusOr<std::unique_ptr<host::Host>> OpenTree(const std::string& directory) {
  auto host = host::ImageHost::OpenTree(directory);
  if (!host.ok()) return host.status();
  return std::unique_ptr<host::Host>(*std::move(host));
}

bool RunsOnWindows() { return false; }

}  // namespace muster::agent
