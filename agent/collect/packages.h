// Packages and updates, from the manifests of component based servicing.
#ifndef MUSTER_AGENT_COLLECT_PACKAGES_H_
#define MUSTER_AGENT_COLLECT_PACKAGES_H_

#include <vector>

#include "agent/collect/collection.h"
#include "agent/host/host.h"
#include "agent/host/system.h"
#include "agent/servicing/package/package_identity.h"

namespace muster::collect {

inline constexpr absl::string_view kPackagesDirectory = "Windows/servicing/Packages";

struct PackagesAndUpdates {
  CollectedSet packages;  // v1::Package
  CollectedSet updates;   // v1::Update, source MANIFEST: one for each KB that a package belongs to
  std::vector<servicing::PackageIdentity> identities;  // of the manifests
};

// Reads Windows/servicing/Packages/*.mum. A manifest that cannot be read or parsed counts as
// missed, and its package is told by the file's name where that is an identity. The folder missing
// is UNSUPPORTED.
//
// `registry` is what a running system answered, null for a volume: then every state is PRESENT.
// Else states are the registry's, and packages that it alone knows are told by their identities; an
// answer that is not whole makes the outcome PARTIAL at best.
PackagesAndUpdates CollectPackages(host::Host& host,
                                   const host::Answer<host::CbsPackageKeys>* registry,
                                   const ProgressCallback& progress);

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_PACKAGES_H_
