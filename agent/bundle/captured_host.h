// The files of a bundle, with the errors that those it lacks gave.
#ifndef MUSTER_AGENT_BUNDLE_CAPTURED_HOST_H_
#define MUSTER_AGENT_BUNDLE_CAPTURED_HOST_H_

#include <map>
#include <memory>
#include <set>
#include <string>

#include "agent/host/host.h"
#include "muster/v1/bundle.pb.h"

namespace muster::bundle {

// What the manifest does not list is not there. Thread-safe, as the tree is.
class CapturedHost final : public host::Host {
 public:
  // `tree` is the bundle's root.
  CapturedHost(std::unique_ptr<host::Host> tree, const v1::BundleManifest& manifest);

  absl::StatusOr<std::vector<host::Entry>> List(absl::string_view path) override;
  absl::StatusOr<std::unique_ptr<host::FileReader>> Open(absl::string_view path) override;
  absl::StatusOr<host::FileInfo> Stat(absl::string_view path) override;

 private:
  // OK where the path was read.
  absl::Status ErrorOf(absl::string_view path) const;
  // Only the folders that were captured are there, not the archive's own.
  static std::string InTree(absl::string_view path);

  const std::unique_ptr<host::Host> tree_;
  std::set<std::string> listed_;                     // files of the manifest, lower case
  std::map<std::string, absl::Status> unread_;       // by lower-case path
  std::map<std::string, std::string> unread_names_;  // path as spelled, by lower-case path
};

}  // namespace muster::bundle

#endif  // MUSTER_AGENT_BUNDLE_CAPTURED_HOST_H_
