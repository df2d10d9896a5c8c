// The folder that an agent keeps its key, its enrolment and its cursors in.
#ifndef MUSTER_AGENT_MAIN_STATE_FOLDER_H_
#define MUSTER_AGENT_MAIN_STATE_FOLDER_H_

#include <filesystem>
#include <string>

#include "absl/status/status.h"

namespace muster::agent {

// /var/lib/muster-agent; on Windows the folder Muster of %ProgramData%.
std::string DefaultStateFolder();

// Makes the folder where it is missing, for its owner alone (0700); on Windows for SYSTEM and
// administrators alone, whatever is above it, and so again where it was there. PERMISSION_DENIED
// where that is not for this user to do. FAILED_PRECONDITION where somebody else has made it: any
// user may make folders in %ProgramData%, and what such a one holds is not to be trusted.
absl::Status PrepareStateFolder(const std::filesystem::path& folder);

}  // namespace muster::agent

#endif  // MUSTER_AGENT_MAIN_STATE_FOLDER_H_
