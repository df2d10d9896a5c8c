// The session that `musterctl login` keeps for the commands after it: a file for its owner alone.
#ifndef MUSTER_DASHBOARD_API_CTL_SESSION_FILE_H_
#define MUSTER_DASHBOARD_API_CTL_SESSION_FILE_H_

#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace muster::ctl {

// Of one server: no other is shown its token.
struct KeptSession {
  std::string server;  // "host:port", as the settings had it
  std::string token;
};

// Nothing where there is none. INVALID_ARGUMENT where the file is something else; otherwise what
// the file system says.
absl::StatusOr<std::optional<KeptSession>> ReadSession(const std::filesystem::path& file);
// Makes the folder (0700) and the file (0600), or replaces the file.
absl::Status KeepSession(const std::filesystem::path& file, const KeptSession& session);
absl::Status ForgetSession(const std::filesystem::path& file);

}  // namespace muster::ctl

#endif  // MUSTER_DASHBOARD_API_CTL_SESSION_FILE_H_
