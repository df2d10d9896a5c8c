// Word of changes in a folder, from systems that give it.
#ifndef MUSTER_AGENT_HOST_FOLDER_WATCH_H_
#define MUSTER_AGENT_HOST_FOLDER_WATCH_H_

#include <functional>
#include <memory>

#include "absl/strings/string_view.h"

namespace muster::host {

// Watches while it lives; after its destructor nothing is called any more.
class FolderWatch {
 public:
  virtual ~FolderWatch() = default;
};

// Begins to watch `folder`, spelled as in host.h. `on_change` is called on a thread of its own, at
// most about once a second, after anything in the folder was made, written, renamed or deleted.
// Changes can be missed (the folder was not there yet, the system lost count): look now and then
// without being told.
using WatchFolder = std::function<std::unique_ptr<FolderWatch>(absl::string_view folder,
                                                               std::function<void()> on_change)>;

}  // namespace muster::host

#endif  // MUSTER_AGENT_HOST_FOLDER_WATCH_H_
