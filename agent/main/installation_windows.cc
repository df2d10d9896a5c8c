#include <utility>

#include "agent/host/windows/directory_watch.h"
#include "agent/host/windows/windows_control.h"
#include "agent/host/windows/windows_host.h"
#include "agent/host/windows/windows_system.h"
#include "agent/host/windows/winhttp_downloader.h"
#include "agent/main/installation.h"

namespace muster::agent {
namespace {

std::unique_ptr<host::FolderWatch> Watch(absl::string_view folder,
                                         std::function<void()> on_change) {
  const auto path = host::WindowsPath(host::RunningVolume(), folder);
  if (!path.ok()) return nullptr;
  return std::make_unique<host::DirectoryWatch>(*path, std::move(on_change));
}

}  // namespace

absl::StatusOr<Installation> OpenInstallation(const std::string& image) {
  if (image.empty()) {
    return Installation{"this machine",
                        std::make_unique<host::WindowsHost>(),
                        std::make_unique<host::WindowsSystem>(),
                        std::make_unique<host::WindowsControl>(),
                        std::make_unique<host::WinHttpDownloader>(),
                        Watch};
  }
  auto host = host::WindowsHost::OpenVolume(image);
  if (!host.ok()) return host.status();
  return Installation{image, *std::move(host), nullptr, nullptr, nullptr, nullptr};
}

absl::StatusOr<std::unique_ptr<host::Host>> OpenTree(const std::string& directory) {
  auto host = host::WindowsHost::OpenTree(directory);
  if (!host.ok()) return host.status();
  return std::unique_ptr<host::Host>(*std::move(host));
}

bool RunsOnWindows() { return true; }

}  // namespace muster::agent
