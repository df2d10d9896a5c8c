// The folders that a path means on a volume where names may differ in case alone.
#ifndef MUSTER_AGENT_COLLECT_FOLDERS_H_
#define MUSTER_AGENT_COLLECT_FOLDERS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/collect/outcome_tally.h"
#include "agent/host/host.h"

namespace muster::collect {

// Every folder called `path` whatever its case, that which the host takes first, spelled as `path`.
// Windows makes no two such folders; a volume that was unpacked or mended elsewhere may have them,
// and which of them Windows would see cannot be told. The others are named in the tally. Where
// there is none, or a folder on the way cannot be listed, the path is answered all the same:
// reading it says why.
std::vector<std::string> FoldersCalled(host::Host& host, absl::string_view path,
                                       OutcomeTally& tally);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_FOLDERS_H_
