#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "agent/main/state_folder.h"

namespace muster::agent {

std::string DefaultStateFolder() { return "/var/lib/muster-agent"; }

absl::Status PrepareStateFolder(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return absl::ErrnoToStatus(errno, absl::StrCat("making the folder ", folder.string()));
  }
  struct stat info {};
  if (stat(folder.c_str(), &info) != 0) {
    return absl::ErrnoToStatus(errno, absl::StrCat("looking at ", folder.string()));
  }
  if (!S_ISDIR(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(folder.string(), " is no folder"));
  }
  if (info.st_uid != geteuid() && info.st_uid != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(folder.string(),
                     " belongs to another user: run as that user, or name another folder with "
                     "--state"));
  }
  return absl::OkStatus();
}

}  // namespace muster::agent
