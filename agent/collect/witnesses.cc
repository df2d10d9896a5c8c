#include "agent/collect/witnesses.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "muster/v1/inventory.pb.h"

namespace muster::collect {
namespace {

bool IsInstalled(v1::Package::State state) {
  return state == v1::Package::INSTALLED || state == v1::Package::PERMANENT ||
         state == v1::Package::PARTIALLY_INSTALLED;
}

absl::flat_hash_set<std::string> FileNames(const ItemSet& catalogs) {
  absl::flat_hash_set<std::string> names;
  for (const Item& item : catalogs.items()) {
    v1::Catalog catalog;
    if (!catalog.ParseFromString(item.bytes)) continue;
    names.insert(absl::AsciiStrToLower(
        absl::string_view(catalog.path()).substr(catalog.path().rfind('/') + 1)));
  }
  return names;
}

}  // namespace

Witnesses CompareWitnesses(const std::set<std::string>& listed, const ItemSet& packages,
                           const ItemSet& catalogs) {
  const absl::flat_hash_set<std::string> names = FileNames(catalogs);
  Witnesses witnesses;
  std::set<std::string> installed;
  for (const Item& item : packages.items()) {
    v1::Package package;
    if (!package.ParseFromString(item.bytes) || package.kb().empty()) continue;
    if (!IsInstalled(package.state())) continue;
    ++witnesses.installed_packages;
    installed.insert(package.kb());
    const std::string name = absl::AsciiStrToLower(absl::StrCat(package.identity(), ".cat"));
    if (!names.contains(name)) ++witnesses.without_catalog;
  }
  witnesses.installed_updates = installed.size();
  for (const std::string& kb : listed) witnesses.only_in_list += installed.contains(kb) ? 0 : 1;
  for (const std::string& kb : installed) {
    witnesses.only_in_servicing += listed.contains(kb) ? 0 : 1;
  }
  return witnesses;
}

}  // namespace muster::collect
