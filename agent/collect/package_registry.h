// What the registry knows of packages, ready to be joined with their manifests.
#ifndef MUSTER_AGENT_COLLECT_PACKAGE_REGISTRY_H_
#define MUSTER_AGENT_COLLECT_PACKAGE_REGISTRY_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/host/system.h"
#include "muster/v1/inventory.pb.h"

namespace muster::collect {

// The keys of one answer. Not thread-safe.
class PackageRegistry {
 public:
  explicit PackageRegistry(const host::Answer<host::CbsPackageKeys>& answer);

  // The state of the package, by its identity in any letter case, and remembers that it was asked
  // for. PRESENT where the registry does not know it; STATE_UNSPECIFIED where it has no state that
  // can be read.
  v1::Package::State StateOf(absl::string_view identity);

  // Items of the packages that StateOf was never asked for, by identity: identity, KB and state.
  std::vector<v1::Package> NotAskedFor() const;

  // How many identities StateOf was asked for in vain.
  uint64_t unknown() const { return unknown_; }
  // Values of wrong types, for a person; empty where there are none.
  std::string Complaints() const;

 private:
  struct Key {
    std::string identity;
    v1::Package::State state;
    bool asked_for = false;
  };
  std::map<std::string, Key> keys_;  // by lower-case identity
  uint64_t unknown_ = 0;
  uint64_t complaining_ = 0;  // packages
  std::string first_complaint_;
};

}  // namespace muster::collect

#endif  // MUSTER_AGENT_COLLECT_PACKAGE_REGISTRY_H_
