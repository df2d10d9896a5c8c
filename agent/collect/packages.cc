#include "agent/collect/packages.h"

#include <map>
#include <optional>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "agent/collect/folders.h"
#include "agent/collect/package_registry.h"
#include "agent/collect/set_builder.h"
#include "agent/host/text.h"
#include "agent/servicing/package/manifest.h"

namespace muster::collect {
namespace {

using host::ValidUtf8;
using servicing::PackageManifest;

// Real ones have a few hundred KiB at most (the Foundation package's).
constexpr uint64_t kMaxManifestBytes = 8 * 1024 * 1024;
constexpr size_t kMaxTextBytes = 2048;
constexpr absl::string_view kExtension = ".mum";

v1::Package ToPackage(const PackageManifest& manifest) {
  v1::Package package;
  package.set_identity(ValidUtf8(manifest.identity.ToString(), kMaxTextBytes));
  package.set_kb(ValidUtf8(manifest.kb, kMaxTextBytes));
  package.set_release_type(ValidUtf8(manifest.release_type, kMaxTextBytes));
  for (const auto& parent : manifest.parents) {
    package.add_parents(ValidUtf8(parent.ToString(), kMaxTextBytes));
  }
  return package;
}

v1::Update ToUpdate(const PackageManifest& manifest) {
  v1::Update update;
  update.set_kb(ValidUtf8(manifest.kb, kMaxTextBytes));
  update.set_description(ValidUtf8(manifest.release_type, kMaxTextBytes));
  update.set_support_url(ValidUtf8(manifest.support_url, kMaxTextBytes));
  update.set_source(v1::Update::MANIFEST);
  return update;
}

// Of an update's packages the one that says most speaks for it; among equals the least, so that
// clones agree.
bool SpeaksBetter(const v1::Update& a, const v1::Update& b) {
  const auto key = [](const v1::Update& update) {
    return std::make_tuple(update.description().empty() + update.support_url().empty(),
                           update.description(), update.support_url());
  };
  return key(a) < key(b);
}

// What the name of a manifest's file tells of its package, where the manifest itself tells nothing.
absl::StatusOr<PackageManifest> FromFileName(absl::string_view name) {
  auto identity = servicing::ParsePackageIdentity(name.substr(0, name.size() - kExtension.size()));
  if (!identity.ok()) return identity.status();
  PackageManifest manifest;
  manifest.kb = servicing::KbOfPackageName(identity->name);
  manifest.identity = *std::move(identity);
  return manifest;
}

class Collector {
 public:
  Collector(host::Host& host, const host::Answer<host::CbsPackageKeys>* registry)
      : host_(host), answer_(registry) {
    if (answer_ != nullptr) registry_.emplace(*answer_);
  }

  PackagesAndUpdates Collect(const ProgressCallback& progress) {
    const auto folders = FoldersCalled(host_, kPackagesDirectory, packages_.tally());
    for (const std::string& folder : folders) List(folder);
    for (size_t i = 0; i < manifests_.size(); ++i) {
      if (progress) progress("packages", i, manifests_.size());
      Read(manifests_[i]);
    }
    return Finish();
  }

 private:
  struct ManifestFile {
    std::string path;
    std::string name;
  };

  void List(const std::string& folder) {
    const auto entries = host_.List(folder);
    if (absl::IsNotFound(entries.status())) return packages_.tally().Absent(folder);
    if (!entries.ok()) return packages_.tally().Missed(folder, entries.status());
    for (const host::Entry& entry : *entries) {
      if (!absl::EndsWithIgnoreCase(entry.name, kExtension)) continue;
      manifests_.push_back({absl::StrCat(folder, "/", entry.name), entry.name});
    }
  }

  void Read(const ManifestFile& file) {
    const std::string& path = file.path;
    const auto bytes = host::ReadWhole(host_, path, kMaxManifestBytes);
    if (absl::IsNotFound(bytes.status())) return;  // went away since it was listed
    auto manifest = bytes.ok() ? servicing::ParsePackageManifest(*bytes) : bytes.status();
    if (!manifest.ok()) {
      AddByName(file, manifest.status());
      return;
    }
    v1::Package package = ToPackage(*manifest);
    package.set_state(StateOf(manifest->identity));
    packages_.Add(package, path);
    identities_.push_back(manifest->identity);
    if (manifest->kb.empty()) return;
    const v1::Update update = ToUpdate(*manifest);
    const auto [it, is_new] = updates_.try_emplace(update.kb(), update);
    if (!is_new && SpeaksBetter(update, it->second)) it->second = update;
  }

  // One whose manifest says nothing: it is told, with no state, and vouches for nothing.
  void AddByName(const ManifestFile& file, const absl::Status& why) {
    const auto manifest = FromFileName(file.name);
    if (manifest.ok()) {
      v1::Package package = ToPackage(*manifest);
      if (registry_) package.set_state(StateOf(manifest->identity));
      packages_.AddUnread(package, file.path, why);
    } else {
      packages_.tally().Missed(file.path, why);
    }
  }

  v1::Package::State StateOf(const servicing::PackageIdentity& identity) {
    return registry_ ? registry_->StateOf(identity.ToString()) : v1::Package::PRESENT;
  }

  void AddRegistry() {
    const std::vector<v1::Package> without_manifest = registry_->NotAskedFor();
    for (const v1::Package& package : without_manifest) {
      packages_.Add(package, package.identity());
    }
    OutcomeTally& tally = packages_.tally();
    if (!answer_->complete()) {
      tally.Incomplete(absl::StrCat("The registry's packages: ", answer_->detail));
      return;
    }
    if (!without_manifest.empty()) {
      tally.Note(
          absl::StrCat(without_manifest.size(), " packages of the registry lack a manifest"));
    }
    if (registry_->unknown() > 0) {
      tally.Note(absl::StrCat(registry_->unknown(),
                              " manifests are of packages that the registry "
                              "does not know"));
    }
    if (const std::string complaints = registry_->Complaints(); !complaints.empty()) {
      tally.Incomplete(complaints);
    }
  }

  PackagesAndUpdates Finish() {
    if (registry_) AddRegistry();
    SetBuilder updates(v1::UPDATES, "updates");
    for (const auto& [kb, update] : updates_) updates.Add(update, kb);
    const std::string source =
        "by the manifests of the volume; the update list itself (Win32_QuickFixEngineering) can "
        "only be asked of a running system";
    PackagesAndUpdates result{packages_.Finish(), updates.Finish(), std::move(identities_)};
    if (registry_ && !answer_->complete()) {
      result.packages.outcome.set_hresult(answer_->hresult);
    }
    // Updates are known by their packages: what hides one hides the other.
    if (result.updates.outcome.code() == v1::Outcome::OK) {
      result.updates.outcome = result.packages.outcome;
    }
    v1::Outcome& outcome = result.updates.outcome;
    if (outcome.code() == v1::Outcome::OK || outcome.code() == v1::Outcome::PARTIAL) {
      outcome.set_detail(
          absl::StrCat(outcome.detail(), outcome.detail().empty() ? "" : ". ", source));
    }
    return result;
  }

  host::Host& host_;
  const host::Answer<host::CbsPackageKeys>* const answer_;
  std::optional<PackageRegistry> registry_;
  std::vector<ManifestFile> manifests_;
  SetBuilder packages_{v1::PACKAGES, "package manifests"};
  std::map<std::string, v1::Update> updates_;
  std::vector<servicing::PackageIdentity> identities_;
};

}  // namespace

PackagesAndUpdates CollectPackages(host::Host& host,
                                   const host::Answer<host::CbsPackageKeys>* registry,
                                   const ProgressCallback& progress) {
  return Collector(host, registry).Collect(progress);
}

}  // namespace muster::collect
