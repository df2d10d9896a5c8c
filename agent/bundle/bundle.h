// A bundle that somebody sent, opened: its files as a host, its answers as a system. What it says
// is checked before it is used; where it was made is of no matter.
#ifndef MUSTER_AGENT_BUNDLE_BUNDLE_H_
#define MUSTER_AGENT_BUNDLE_BUNDLE_H_

#include <filesystem>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "agent/host/host.h"
#include "agent/host/system.h"
#include "muster/v1/bundle.pb.h"

namespace muster::bundle {

// The version of the format that this program writes, and the last that it reads.
inline constexpr uint32_t kFormat = 1;
inline constexpr char kManifestPath[] = "manifest.json";
inline constexpr char kAnswersPath[] = "answers/system.json";
inline constexpr char kFilesFolder[] = "files";

// A folder as a host, without asking whether it is a Windows volume.
using OpenTree = std::function<absl::StatusOr<std::unique_ptr<host::Host>>(const std::string&)>;

class Bundle {
 public:
  // A folder, or a .zip archive, which is unpacked to a temporary folder for as long as this lives.
  // INVALID_ARGUMENT where it is no bundle, is damaged, or its files are not what its manifest
  // says: names the file. FAILED_PRECONDITION where it was written by a later version.
  static absl::StatusOr<std::unique_ptr<Bundle>> Open(const std::filesystem::path& path,
                                                      const OpenTree& open_tree);
  ~Bundle();
  Bundle(const Bundle&) = delete;
  Bundle& operator=(const Bundle&) = delete;

  const v1::BundleManifest& manifest() const { return manifest_; }
  // What could not be read when it was captured answers as it did then.
  host::Host& host() { return *host_; }
  // Null for a volume that did not run.
  host::System* system() { return system_.get(); }

 private:
  Bundle() = default;
  absl::Status Load(const OpenTree& open_tree);

  std::filesystem::path folder_;
  bool temporary_ = false;
  v1::BundleManifest manifest_;
  std::unique_ptr<host::Host> host_;
  std::unique_ptr<host::System> system_;
};

}  // namespace muster::bundle

#endif  // MUSTER_AGENT_BUNDLE_BUNDLE_H_
