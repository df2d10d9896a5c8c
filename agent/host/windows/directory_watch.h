// ReadDirectoryChangesW on a folder of the running Windows.
#ifndef MUSTER_AGENT_HOST_WINDOWS_DIRECTORY_WATCH_H_
#define MUSTER_AGENT_HOST_WINDOWS_DIRECTORY_WATCH_H_

#include <windows.h>

#include <functional>
#include <string>
#include <thread>

#include "absl/time/time.h"
#include "agent/host/folder_watch.h"

namespace muster::host {

struct DirectoryWatchOptions {
  // A log is written a thousand times a second while updates are installed: once is enough.
  absl::Duration quiet = absl::Seconds(1);
  // After a folder that could not be watched, because it is not there say.
  absl::Duration retry = absl::Seconds(60);
};

// The destructor waits for a call of `on_change` that is under way, and for nothing else.
class DirectoryWatch final : public FolderWatch {
 public:
  // `windows_path` as WindowsPath gives it.
  DirectoryWatch(const std::string& windows_path, std::function<void()> on_change,
                 DirectoryWatchOptions options = {});
  ~DirectoryWatch() override;
  DirectoryWatch(const DirectoryWatch&) = delete;
  DirectoryWatch& operator=(const DirectoryWatch&) = delete;

 private:
  void Run();
  // Tells of changes until the folder goes away or `stop_` is set.
  void Watch(HANDLE folder, HANDLE changed);
  // Whether to stop; waits for that at most `duration`.
  bool StopsWithin(absl::Duration duration);

  const std::wstring path_;
  const std::function<void()> on_change_;
  const DirectoryWatchOptions options_;
  const HANDLE stop_;
  std::thread thread_;
};

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_WINDOWS_DIRECTORY_WATCH_H_
