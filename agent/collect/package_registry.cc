#include "agent/collect/package_registry.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/host/text.h"
#include "agent/servicing/cbs_registry/cbs_registry.h"
#include "agent/servicing/package/package_identity.h"

namespace muster::collect {
namespace {

constexpr size_t kMaxTextBytes = 2048;

v1::Package::State ToState(servicing::CbsState state) {
  switch (state) {
    case servicing::CbsState::kAbsent:
      return v1::Package::ABSENT;
    case servicing::CbsState::kUninstallPending:
      return v1::Package::UNINSTALL_PENDING;
    case servicing::CbsState::kResolving:
      return v1::Package::RESOLVING;
    case servicing::CbsState::kResolved:
      return v1::Package::RESOLVED;
    case servicing::CbsState::kStaging:
      return v1::Package::STAGING;
    case servicing::CbsState::kStaged:
      return v1::Package::STAGED;
    case servicing::CbsState::kSuperseded:
      return v1::Package::SUPERSEDED;
    case servicing::CbsState::kInstallPending:
      return v1::Package::INSTALL_PENDING;
    case servicing::CbsState::kPartiallyInstalled:
      return v1::Package::PARTIALLY_INSTALLED;
    case servicing::CbsState::kInstalled:
      return v1::Package::INSTALLED;
    case servicing::CbsState::kPermanent:
      return v1::Package::PERMANENT;
  }
  return v1::Package::STATE_UNSPECIFIED;
}

servicing::CbsPackageRecord Read(const host::CbsPackageKey& key) {
  std::vector<servicing::RegistryValueView> values;
  for (const host::RegistryValue& value : key.values) {
    values.push_back({value.name, value.type, value.bytes});
  }
  return servicing::ReadCbsPackage(key.identity, values);
}

}  // namespace

PackageRegistry::PackageRegistry(const host::Answer<host::CbsPackageKeys>& answer) {
  for (const host::CbsPackageKey& raw : answer.value.packages) {
    const servicing::CbsPackageRecord record = Read(raw);
    if (!record.complaints.empty()) {
      ++complaining_;
      if (first_complaint_.empty()) {
        first_complaint_ =
            absl::StrCat(host::Displayable(raw.identity, 300), ": ", record.complaints.front());
      }
    }
    keys_[absl::AsciiStrToLower(raw.identity)] = {
        raw.identity, record.state ? ToState(record.state->state) : v1::Package::STATE_UNSPECIFIED};
  }
}

v1::Package::State PackageRegistry::StateOf(absl::string_view identity) {
  const auto it = keys_.find(absl::AsciiStrToLower(identity));
  if (it == keys_.end()) {
    ++unknown_;
    return v1::Package::PRESENT;
  }
  it->second.asked_for = true;
  return it->second.state;
}

std::vector<v1::Package> PackageRegistry::NotAskedFor() const {
  std::vector<v1::Package> packages;
  for (const auto& [lower, key] : keys_) {
    if (key.asked_for) continue;
    v1::Package& package = packages.emplace_back();
    package.set_identity(host::ValidUtf8(key.identity, kMaxTextBytes));
    package.set_state(key.state);
    const auto identity = servicing::ParsePackageIdentity(key.identity);
    if (!identity.ok()) continue;
    package.set_kb(host::ValidUtf8(servicing::KbOfPackageName(identity->name), kMaxTextBytes));
  }
  return packages;
}

std::string PackageRegistry::Complaints() const {
  if (complaining_ == 0) return "";
  return absl::StrCat("the registry has values that are not what they should be for ", complaining_,
                      " packages, as ", first_complaint_);
}

}  // namespace muster::collect
