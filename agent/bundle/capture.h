// Writes one installation's evidence as a bundle.
#ifndef MUSTER_AGENT_BUNDLE_CAPTURE_H_
#define MUSTER_AGENT_BUNDLE_CAPTURE_H_

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "agent/host/host.h"
#include "agent/host/system.h"
#include "muster/v1/bundle.pb.h"

namespace muster::bundle {

struct CaptureOptions {
  bool mask = true;  // names and SIDs of users
  // Of one log; of a longer one the newest part. A log that was never rotated can have gigabytes,
  // and what matters is at its end.
  uint64_t max_log_bytes = 512 * 1024 * 1024;
  std::string agent_version;
  std::string installation;  // what is captured, as the user calls it
  std::function<void(absl::string_view phase, uint64_t done, uint64_t total)> progress;
};

// `out` is a folder to be made, or, where it ends in ".zip", an archive. ALREADY_EXISTS where it is
// there already. Written beside it and renamed when it is whole: an error leaves nothing. Files
// that cannot be read are told in the manifest, and no error. `system` is null for a volume that
// does not run.
absl::StatusOr<v1::BundleManifest> Capture(host::Host& host, host::System* system,
                                           const std::filesystem::path& out,
                                           const CaptureOptions& options);

}  // namespace muster::bundle

#endif  // MUSTER_AGENT_BUNDLE_CAPTURE_H_
