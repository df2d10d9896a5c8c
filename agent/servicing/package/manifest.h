// Package manifests (.mum). Format: docs/formats/mum.md.
#ifndef MUSTER_AGENT_SERVICING_PACKAGE_MANIFEST_H_
#define MUSTER_AGENT_SERVICING_PACKAGE_MANIFEST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/servicing/package/package_identity.h"

namespace muster::servicing {

struct PackageManifest {
  PackageIdentity identity;
  std::vector<PackageIdentity> parents;   // packages that it applies to
  std::vector<PackageIdentity> children;  // packages that its updates install
  std::string kb;            // "KB2705219"; empty where neither the manifest nor the name has one
  std::string release_type;  // "Security Update"; may be empty
  std::string support_url;
  std::string description;
  std::string restart;  // "possible", "required", …; may be empty
};

// INVALID_ARGUMENT where the bytes are no XML or no assembly manifest with an identity; the message
// says where.
absl::StatusOr<PackageManifest> ParsePackageManifest(absl::string_view bytes);

}  // namespace muster::servicing

#endif  // MUSTER_AGENT_SERVICING_PACKAGE_MANIFEST_H_
