// Packages and updates, from the manifests of component based servicing.
#ifndef MUSTER_AGENT_COLLECT_PACKAGES_H_
#define MUSTER_AGENT_COLLECT_PACKAGES_H_

#include <vector>

#include "agent/collect/collection.h"
#include "agent/host/host.h"
#include "agent/servicing/package/package_identity.h"

namespace muster::collect {

inline constexpr absl::string_view kPackagesDirectory = "Windows/servicing/Packages";

struct PackagesAndUpdates {
  CollectedSet packages;  // v1::Package, state PRESENT: the registry was not asked
  CollectedSet updates;   // v1::Update, source MANIFEST: one for each KB that a package belongs to
  std::vector<servicing::PackageIdentity> identities;  // of the packages
};

// Reads Windows/servicing/Packages/*.mum. A manifest that cannot be read or parsed counts as
// missed, and its package is told by the file's name where that is an identity. The folder missing
// is UNSUPPORTED.
PackagesAndUpdates CollectPackages(host::Host& host, const ProgressCallback& progress);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_PACKAGES_H_
